import threading, atexit
atexit.register(print, "atexit comes after threads")
threading.Timer(0.05, print, ["timer"]).start()
