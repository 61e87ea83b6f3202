import threading

getattr(threading, "_reg" + "ister_at" + "exit")(print, "asked to shut down")
print("no thread at all")
