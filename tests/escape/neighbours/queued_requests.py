# what: one run keeps both processors busy; the other must still get its turn and its time
# layers: supervision
# runs: 2 at once
# expect: timeout, contained
# request: "timeout": 10
import os, time

if ROLE == 0:
    for _ in range(10):
        try:
            if os.fork() == 0:
                break
        except OSError:
            pass
    while True:
        pass
# Once quickly is enough: a machine that stalls does so for a while, starving would last as long as the other run.
began = time.monotonic()
while time.monotonic() - began < 9:
    begin = time.monotonic()
    for _ in range(20):
        time.sleep(0.02)
    if time.monotonic() - begin < 2.5:
        break
else:
    print("ESCAPED no turn in", time.monotonic() - began)
print("contained")
