# what: signals every process id near the service's, to hit the other run
# layers: pid_namespace, identity, own_signals
# runs: 2 at once
import os, signal, time

hits = []
signal.signal(signal.SIGURG, lambda number, frame: hits.append(1))
if ROLE == 0:
    time.sleep(0.2)
    for pid in [*range(2, 400), *range(max(2, SERVICE_PID - 50), SERVICE_PID + 2000)]:
        if pid == os.getpid():
            continue
        try:
            os.kill(pid, signal.SIGURG)
            print("ESCAPED signalled", pid)
        except OSError:
            pass
else:
    time.sleep(1)
    if hits:
        print("ESCAPED the other run's signal arrived")
print("contained")
