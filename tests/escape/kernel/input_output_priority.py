# what: takes the real-time class of input and output, for itself, its group and its user
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

import os

for which, who in ((1, 0), (2, 0), (3, os.getuid()), (1, SERVICE_PID), (1, os.getppid())):
    before = call(252, 31, which, who)
    if before >= 0:
        print("ESCAPED ioprio_get", which, who)
    for value in (1 << 13, 2 << 13, 3 << 13):
        if call(251, 30, which, who, value) == 0:
            print("ESCAPED ioprio_set", which, who, value >> 13)
            call(251, 30, which, who, max(before, 0))
print("contained")
