# what: leaves children behind that ignore, block and catch every signal
# layers: pid_namespace, seccomp@locked-down
import os, signal, time


def child():
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN if number % 2 else lambda *_: None)
        except (OSError, ValueError):
            pass
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    os.closerange(0, 256)
    time.sleep(600)
    os._exit(0)


for _ in range(8):
    try:
        if os.fork() == 0:
            child()
    except OSError:
        break
time.sleep(0.1)
print("contained")
