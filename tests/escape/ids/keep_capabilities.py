# what: PR_SET_KEEPCAPS and PR_SET_SECUREBITS, to keep over a change of ids what should go
# layers: seccomp, securebits
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
X86 = platform.machine() == "x86_64"


def call(x86, arm, *arguments):
    ctypes.set_errno(0)
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return libc.syscall(ctypes.c_long(x86 if X86 else arm), *words)


if call(157, 167, 8, 1, 0, 0, 0) == 0 and call(157, 167, 7, 0, 0, 0, 0) == 1:
    print("ESCAPED keep capabilities")
for bits in (0, 1, 2, 4, 8, 16, 32, 0xFF):
    if call(157, 167, 28, bits, 0, 0, 0) == 0:
        print("ESCAPED securebits", bits)
print("contained")
