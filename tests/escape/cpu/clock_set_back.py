# what: makes its clocks lie, and the machine's if it may, to be given more time
# layers: supervision
# expect: timeout
# request: "timeout": 1
import time

for clock in (time.CLOCK_REALTIME, time.CLOCK_MONOTONIC, time.CLOCK_BOOTTIME):
    try:
        time.clock_settime(clock, time.clock_gettime(clock))
        print("ESCAPED set clock", clock, flush=True)
    except OSError:
        pass
time.time = time.monotonic = lambda: 0.0
while time.monotonic() < 1:
    pass
