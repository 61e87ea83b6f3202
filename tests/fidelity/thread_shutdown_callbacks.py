import threading

threading._register_atexit(lambda: print("asked to shut down"))
print("no thread at all")
