# what: keeps memory in memfds, which count against no limit of the process
# layers: seccomp, cgroup_v1, cgroup_v2
# expect: contained, memory
# request: "timeout": 60, "max_memory_mb": 64
import os

held = []
try:
    for megabytes in range(10, 400, 10):
        fd = os.memfd_create("m")
        held.append(fd)
        for _ in range(10):
            os.write(fd, b"x" * (1 << 20))
        if megabytes > 110:
            print("ESCAPED holds", megabytes, "MiB", flush=True)
            break
except (OSError, MemoryError):
    pass
print("contained")
