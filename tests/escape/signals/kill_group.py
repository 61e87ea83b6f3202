# what: signals its process group, in the hope that others are in it
# layers: session, pid_namespace, own_signals
# runs: 2 at once
import os, signal, time

hits = []
signal.signal(signal.SIGURG, lambda number, frame: hits.append(1))
deadline = time.monotonic() + 0.8
while time.monotonic() < deadline:
    if ROLE == 0:
        for attempt in (lambda: os.kill(0, signal.SIGURG), lambda: os.killpg(os.getpgrp(), signal.SIGURG)):
            try:
                attempt()
            except OSError:
                pass
    time.sleep(0.01)
if ROLE == 1 and hits:
    print("ESCAPED the other run's signal arrived")
print("contained")
