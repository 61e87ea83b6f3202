# what: six children take the limit each
# layers: cgroup_v1, cgroup_v2, seccomp@locked-down
# expect: contained, memory, signaled
# request: "timeout": 60, "max_memory_mb": 64
import os, time

start, end = os.pipe()
children = []
for _ in range(6):
    try:
        pid = os.fork()
    except OSError:
        break
    if pid == 0:
        held = b"x" * (50 << 20)
        os.write(end, b"x")
        time.sleep(1)  # all at the same time
        os._exit(0)
    children.append(pid)
time.sleep(0.8)
os.set_blocking(start, False)
try:
    full = len(os.read(start, 10))
except BlockingIOError:
    full = 0
alive = full and sum(os.waitpid(pid, os.WNOHANG) == (0, 0) for pid in children)
if min(full, alive) * 50 > 128:
    print("ESCAPED", alive, "children hold 50 MiB each")
print("contained")
