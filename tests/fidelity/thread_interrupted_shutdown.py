import os, signal, threading, time
def work():
    time.sleep(0.1)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.1)
threading.excepthook = lambda args: None
t = threading.Thread(target=work)
t.start()
print("main done", flush=True)
signal.signal(signal.SIGINT, lambda number, frame: print("signalled"))
