# what: locks memory so that it cannot be swapped: mlock, mlock2, mlockall, MAP_LOCKED
# layers: rlimits
import ctypes, mmap, platform

libc = ctypes.CDLL(None, use_errno=True)
x86 = platform.machine() == "x86_64"
m = mmap.mmap(-1, 1 << 20)
address = ctypes.addressof(ctypes.c_char.from_buffer(m))
for name, number, arguments in (
    ("mlock", 149 if x86 else 228, (address, 1 << 20)),
    ("mlock2", 325 if x86 else 284, (address, 1 << 20, 1)),
    ("mlockall", 151 if x86 else 230, (3,)),
):
    if libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) for a in arguments]) == 0:
        print("ESCAPED", name)
try:
    mmap.mmap(-1, 1 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x2000)  # MAP_LOCKED
    print("ESCAPED MAP_LOCKED")
except OSError:
    pass
print("contained")
