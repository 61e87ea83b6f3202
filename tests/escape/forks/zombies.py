# what: lets children end and never waits for them
# layers: rlimits, cgroup_v1, cgroup_v2, seccomp@locked-down
# expect: contained, processes
import os

made = 0
try:
    while made < 400:
        if os.fork() == 0:
            os._exit(0)
        made += 1
except OSError:
    pass
if made > 150:
    print("ESCAPED", made, "zombies")
print("contained")
