import os, signal, atexit
atexit.register(print, "atexit")
class D:
    def __del__(self):
        print("del")
d = D()
def f():
    os.kill(os.getpid(), signal.SIGINT)
    while True:
        pass
f()
