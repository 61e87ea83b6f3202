# what: clears the signal it would get when its parent dies, and never ends
# layers: supervision
# expect: timeout
# request: "timeout": 1
import ctypes, os, time

ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)  # PR_SET_PDEATHSIG
try:
    if os.fork() == 0:
        ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
except OSError:
    pass
while True:
    time.sleep(60)
