# what: waits for ever in calls that start anew: reading a pipe and a FIFO, a lock, a dead futex
# layers: supervision
# expect: timeout
# request: "timeout": 1
import _thread, os, signal

signal.signal(signal.SIGALRM, lambda *_: None)
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
start, end = os.pipe()
lock = _thread.allocate_lock()
lock.acquire()
try:
    os.mkfifo("fifo")
    _thread.start_new_thread(open, ("fifo", "rb"))
except OSError:
    pass
_thread.start_new_thread(lock.acquire, ())
while True:
    os.read(start, 1)
