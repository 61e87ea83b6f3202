# what: maps memory that may only be read, which is no data yet, and makes it writable
# layers: rlimits, cgroup_v1, cgroup_v2
# expect: contained, memory
# request: "timeout": 60, "max_memory_mb": 64
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
total = 0
for protection in (0, 1):
    for _ in range(15):
        address = libc.mmap(None, 10 << 20, protection, 0x22, -1, 0)
        if address == ctypes.c_void_p(-1).value or libc.mprotect(address, 10 << 20, 3) != 0:
            break
        ctypes.memset(address, 1, 10 << 20)
        total += 10
if total > 110:
    print("ESCAPED holds", total, "MiB", flush=True)
print("contained")
