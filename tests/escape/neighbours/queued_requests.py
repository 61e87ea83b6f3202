# what: one run keeps both processors busy; the other must still get its turn and its time
# layers: supervision
# runs: 2 at once
# expect: timeout, contained
# request: "timeout": 3
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
begin = time.monotonic()
for _ in range(20):
    time.sleep(0.02)
if time.monotonic() - begin > 2.5:
    print("ESCAPED", time.monotonic() - begin)
print("contained")
