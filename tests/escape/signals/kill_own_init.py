# what: kills and stops pid 1, which would take the verdict along
# layers: kernel, pid_namespace, identity, own_signals
import os, signal, time

# In a pid namespace pid 1 is the run's own init; outside, the kernel spares the machine's as well.
for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGURG):
    try:
        os.kill(1, number)
    except OSError:
        pass
time.sleep(0.2)
print("contained")
