# what: takes all processes there are, so that the other run gets none
# layers: identity, cgroup_v1, cgroup_v2, seccomp@locked-down
# runs: 2 at once
# expect: contained, processes
import os, threading, time

made = 0
if ROLE == 0:
    try:
        while made < 200:
            if os.fork() == 0:
                time.sleep(600)
                os._exit(0)
            made += 1
    except OSError:
        pass
    time.sleep(1)
else:
    time.sleep(0.5)
    try:
        threads = [threading.Thread(target=time.sleep, args=(0.1,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    except RuntimeError:
        print("ESCAPED: the other run left us no thread")
print("contained")
