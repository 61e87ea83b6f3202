# what: socketpair for every family but AF_UNIX
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

pair = (ctypes.c_int * 2)()
for family in list(range(64)) + [1 | 1 << 32]:
    if family == 1:
        continue
    for kind in (1, 2, 3, 4, 5, 6, 10):
        for protocol in (0, 1):
            if call(53, 199, family, kind, protocol, pair) == 0 and family < 1 << 32:
                print("ESCAPED pair", family, kind)
                os.close(pair[0])
                os.close(pair[1])
print("contained")
