# what: the x32 call table: every number with bit 30 set
# layers: seccomp
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
X86 = platform.machine() == "x86_64"


def call(x86, arm, *arguments):
    ctypes.set_errno(0)
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return libc.syscall(ctypes.c_long(x86 if X86 else arm), *words)


# Without those that would end or stop the run if they worked.
skip = {15, 23, 34, 56, 57, 58, 60, 231, 7, 35, 61, 202, 271, 270, 232, 281, 230, 128, 130, 219, 247, 3, 436, 513}
for number in range(0, 600):
    if X86 and number not in skip:
        for bits in (0x40000000, 0x40000000 | 1 << 32):
            result = call(number | bits, -1, -1, -1, -1, -1, -1, -1)
            if result != -1 or ctypes.get_errno() == 0:
                print("ESCAPED x32 call", number, result)
print("contained")
