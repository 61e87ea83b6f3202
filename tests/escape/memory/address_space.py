# what: reserves address space without end, so that page tables grow
# layers: rlimits
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
total = 0
while total < 1 << 44 and libc.mmap(None, 1 << 38, 0, 0x4022, -1, 0) != ctypes.c_void_p(-1).value:
    total += 1 << 38
if total:
    print("ESCAPED reserved", total >> 30, "GiB")
print("contained")
