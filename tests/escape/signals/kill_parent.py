# what: signals whoever started it
# layers: pid_namespace, identity, own_signals
import os, signal

parent = os.getppid()
# 1 is the run's own init, which ignores everything.
if parent > 1:
    for number in (0, signal.SIGCONT, signal.SIGURG):
        try:
            os.kill(parent, number)
            print("ESCAPED signal", number, "to the parent")
        except OSError:
            pass
print("contained")
