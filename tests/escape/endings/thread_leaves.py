# what: its first thread leaves with the bare exit call; another one stays and computes
# layers: supervision
# expect: timeout, contained, exited
# request: "timeout": 1
import _thread, ctypes, platform


def work():
    while True:
        pass


_thread.start_new_thread(work, ())
ctypes.CDLL(None).syscall(ctypes.c_long(60 if platform.machine() == "x86_64" else 93), ctypes.c_long(0))
