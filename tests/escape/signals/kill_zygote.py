# what: signals the fork server by its process id
# layers: pid_namespace, identity, own_signals
import os, signal

for number in (0, signal.SIGCONT, signal.SIGURG, signal.SIGWINCH):
    try:
        if ZYGOTE_PID not in (1, os.getpid()):
            os.kill(ZYGOTE_PID, number)
            print("ESCAPED signal", number, "to the fork server")
    except OSError:
        pass
print("contained")
