# what: locked and huge pages by mmap flags, for which there is no call to refuse
# layers: rlimits
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
X86 = platform.machine() == "x86_64"


def call(x86, arm, *arguments):
    ctypes.set_errno(0)
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return libc.syscall(ctypes.c_long(x86 if X86 else arm), *words)


SHARED, PRIVATE, ANONYMOUS, LOCKED, HUGETLB = 1, 2, 0x20, 0x2000, 0x40000
for kind in (SHARED, PRIVATE):
    address = call(9, 222, 0, 1 << 20, 3, kind | ANONYMOUS | LOCKED, -1, 0)
    if address > 0:
        print("ESCAPED locked a mebibyte", kind)
        call(11, 215, address, 1 << 20)
print("contained")
