# what: forks children that stay
# layers: rlimits, cgroup_v1, cgroup_v2, seccomp@locked-down
# expect: contained, processes
import os, time

made = 0
try:
    while made < 300:
        if os.fork() == 0:
            time.sleep(600)
            os._exit(0)
        made += 1
except OSError:
    pass
if made > 150:
    print("ESCAPED", made, "children")
print("contained")
