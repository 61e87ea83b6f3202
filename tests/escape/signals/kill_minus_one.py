# what: sends a signal to everything it may reach, with kill(-1)
# layers: pid_namespace, own_signals
# runs: 2 at once
import os, signal, time

# SIGURG does nothing to who did not ask for it. Both runs ask, so each would notice the other's.
hits = []
signal.signal(signal.SIGURG, lambda number, frame: hits.append(1))
deadline = time.monotonic() + 1
while time.monotonic() < deadline:
    try:
        os.kill(-1, signal.SIGURG)
        # The caller itself is left out: somebody else was there, or nobody (then it is ESRCH).
        print("ESCAPED kill(-1) reached somebody")
        break
    except OSError:
        pass
    time.sleep(0.02)
if hits:
    print("ESCAPED the other run's signal arrived")
print("contained")
