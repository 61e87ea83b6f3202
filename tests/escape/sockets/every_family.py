# what: socket() for every family and type, known and to come
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

for family in range(64):
    for kind in (1, 2, 3, 4, 5, 6, 10, 1 | 0o2000000, 2 | 0o4000):
        for protocol in (0, 1, 6, 17, 255):
            fd = call(41, 198, family, kind, protocol)
            if fd >= 0:
                print("ESCAPED socket", family, kind, protocol)
                os.close(fd)
            if fd < 0 and ctypes.get_errno() == 0:
                print("ESCAPED refused without an errno", family)
print("contained")
