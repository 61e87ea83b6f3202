# what: signals the service by its process id
# layers: pid_namespace, identity, own_signals
import os, signal

for number in (0, signal.SIGCONT, signal.SIGURG, signal.SIGWINCH):
    try:
        if SERVICE_PID not in (1, os.getpid()):
            os.kill(SERVICE_PID, number)
            print("ESCAPED signal", number, "to the service")
    except OSError:
        pass
print("contained")
