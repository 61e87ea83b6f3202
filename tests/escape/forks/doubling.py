# what: forks in every child too, so that they double each round
# layers: rlimits, cgroup_v1, cgroup_v2, seccomp@locked-down
# expect: contained, processes
import os, time

main = os.getpid()
start, end = os.pipe()
for _ in range(9):
    try:
        os.fork()
    except OSError:
        pass
if os.getpid() != main:
    os.write(end, b"x")
    time.sleep(600)
    os._exit(0)
time.sleep(1)
os.set_blocking(start, False)
try:
    made = len(os.read(start, 1000))
except BlockingIOError:
    made = 0
if made > 150:
    print("ESCAPED", made, "children")
print("contained")
