# what: lets a small map grow: mremap, and a second mapping of the same pages with old size 0
# layers: rlimits, cgroup_v1, cgroup_v2
# expect: contained, memory
# request: "timeout": 60, "max_memory_mb": 64
import mmap

m = mmap.mmap(-1, 1 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
try:
    m.resize(200 << 20)
    for page in range(0, 200 << 20, 4096):
        m[page] = 1
    print("ESCAPED holds 200 MiB", flush=True)
except (OSError, SystemError, ValueError, MemoryError):
    pass
print("contained")
