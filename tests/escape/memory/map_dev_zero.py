# what: maps /dev/zero shared, which is shared memory under another name
# layers: cgroup_v1, cgroup_v2
# expect: contained, memory
# request: "timeout": 60, "max_memory_mb": 64
import mmap, os

held = []
try:
    fd = os.open("/dev/zero", os.O_RDWR)
    for megabytes in range(10, 400, 10):
        m = mmap.mmap(fd, 10 << 20, mmap.MAP_SHARED)
        for page in range(0, 10 << 20, 4096):
            m[page] = 1
        held.append(m)
        if megabytes > 110:
            print("ESCAPED holds", megabytes, "MiB", flush=True)
            break
except (OSError, MemoryError):
    pass
held.clear()
print("contained")
