# what: makes the code of a loaded library writable, in place and as a private copy
# layers: seccomp
import ctypes, mmap, os

libc = ctypes.CDLL(None, use_errno=True)
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
page = ctypes.cast(libc.getenv, ctypes.c_void_p).value & ~4095
if libc.mprotect(page, 4096, 7) == 0:
    print("ESCAPED code is writable")
if libc.mprotect(page, 4096, 5) == 0:
    print("ESCAPED mprotect with execution")
import _ctypes

path = getattr(_ctypes, "__file__", os.__file__)
with open(path, "rb") as file:
    for protection in (7, 6):
        try:
            mmap.mmap(file.fileno(), 4096, mmap.MAP_PRIVATE, protection)
            print("ESCAPED a writable and executable copy")
        except OSError:
            pass
print("contained")
