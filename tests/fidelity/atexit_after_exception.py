import atexit
atexit.register(print, "atexit")
raise ValueError("x")
