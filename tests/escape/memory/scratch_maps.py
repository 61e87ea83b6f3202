# what: maps a sparse file of its scratch space and touches all of it
# layers: tmpfs, rlimits, cgroup_v1, cgroup_v2
# expect: contained, memory, signaled, file_size
# request: "timeout": 60, "max_memory_mb": 64
import mmap, os, tempfile

path = os.path.join(tempfile.gettempdir(), "map")
try:
    with open(path, "wb+") as file:
        file.truncate(300 << 20)
        m = mmap.mmap(file.fileno(), 300 << 20)
        for page in range(0, 300 << 20, 4096):
            m[page] = 1
    print("ESCAPED touched 300 MiB")
except (OSError, MemoryError):
    pass
print("contained")
