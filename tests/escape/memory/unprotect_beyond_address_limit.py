# what: makes a reservation writable that is half the address space limit, where mprotect skips the check for data
# layers: cgroup_v1, cgroup_v2
# expect: contained, memory
# request: "timeout": 60, "max_memory_mb": 64
import ctypes, resource

# mprotect_fixup() refuses only if the limit on the address space would allow the mapping once more.
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
size = resource.getrlimit(resource.RLIMIT_AS)[0]
size = (size if 0 < size < 1 << 40 else 1 << 36) & -4096
while size > 200 << 20:
    address = libc.mmap(None, size, 0, 0x4022, -1, 0)
    if address != ctypes.c_void_p(-1).value:
        if libc.mprotect(address, size, 3) == 0:
            ctypes.memset(address, 1, 150 << 20)
            print("ESCAPED holds 150 MiB of", size >> 20, flush=True)
        libc.munmap(ctypes.c_void_p(address), ctypes.c_size_t(size))
        break
    size -= 32 << 20
print("contained")
