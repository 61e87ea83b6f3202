import threading, atexit
def late():
    atexit.register(print, "registered late")
threading.Timer(0.02, late).start()
