# what: maps private anonymous memory and touches it
# layers: rlimits, cgroup_v1, cgroup_v2
# expect: contained, memory
# request: "timeout": 60, "max_memory_mb": 64
import mmap

held = []
try:
    for megabytes in range(10, 1000, 10):
        m = mmap.mmap(-1, 10 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
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
