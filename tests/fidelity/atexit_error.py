import atexit
def broken():
    raise ValueError("in atexit")
atexit.register(print, "registered first, runs last")
atexit.register(broken)
