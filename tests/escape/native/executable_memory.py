# what: makes memory that can be written and executed
# layers: seccomp
import ctypes, mmap

libc = ctypes.CDLL(None, use_errno=True)
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
for flags in (mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS):
    for protection in (7, 6, 5, 4):
        try:
            mmap.mmap(-1, 4096, flags, protection)
            print("ESCAPED mapped", protection)
        except OSError:
            pass
    plain = mmap.mmap(-1, 4096, flags)
    address = ctypes.addressof(ctypes.c_char.from_buffer(plain))
    for protection in (7, 5, 4):
        if libc.mprotect(address, 4096, protection) == 0:
            print("ESCAPED mprotect", protection)
        if libc.syscall(ctypes.c_long(329), ctypes.c_void_p(address), ctypes.c_long(4096), ctypes.c_long(protection), ctypes.c_long(-1)) == 0:
            print("ESCAPED pkey_mprotect", protection)
print("contained")
