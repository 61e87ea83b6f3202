# what: maps libraries privately and writes to each page, for a copy of its own
# layers: rlimits, cgroup_v1, cgroup_v2
# expect: contained, memory, signaled
# request: "timeout": 60, "max_memory_mb": 64
import mmap, os

held, total = [], 0
with open(os.__file__, "rb") as file:
    size = os.path.getsize(os.__file__) & ~4095
    try:
        while total < 150 << 20:
            m = mmap.mmap(file.fileno(), size, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_WRITE)
            for page in range(0, size, 4096):
                m[page] = 1
            held.append(m)
            total += size
        print("ESCAPED holds", total >> 20, "MiB of copies", flush=True)
    except (OSError, MemoryError):
        pass
held.clear()
print("contained")
