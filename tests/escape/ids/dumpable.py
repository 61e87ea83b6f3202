# what: makes itself dumpable, so that others of its id may trace it and read its memory
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


before = call(157, 167, 3, 0, 0, 0, 0)
for value in (1, 2, 0):
    if call(157, 167, 4, value, 0, 0, 0) == 0:
        print("ESCAPED dumpable", value)
if before in (0, 1):
    call(157, 167, 4, before, 0, 0, 0)
print("contained")
