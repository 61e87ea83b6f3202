# what: grows the heap with brk
# layers: rlimits, cgroup_v1, cgroup_v2
# expect: contained, memory, signaled
# request: "timeout": 60, "max_memory_mb": 64
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
libc.sbrk.restype = ctypes.c_void_p
libc.sbrk.argtypes = [ctypes.c_ssize_t]
total = 0
for _ in range(40):
    start = libc.sbrk(10 << 20)
    if start == ctypes.c_void_p(-1).value:
        break
    ctypes.memset(start, 1, 10 << 20)
    total += 10
    if total > 110:
        print("ESCAPED holds", total, "MiB", flush=True)
        break
print("contained")
