# what: maps /dev/zero, which is a file but plain memory, executable
# layers: seccomp, new_root
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

for path in ("/dev/zero", "/dev/shm", "/dev/full", "/dev/null"):
    for flags in (os.O_RDWR, os.O_RDONLY):
        try:
            fd = os.open(path, flags)
        except OSError:
            continue
        for sharing in (1, 2):
            address = call(9, 222, 0, 4096, 1, sharing, fd, 0)
            if address > 0 and call(10, 226, address, 4096, 5) == 0:
                print("ESCAPED made executable", path)
            address = call(9, 222, 0, 4096, 3, sharing, fd, 0)
            if address > 0:
                ctypes.memset(address, 0x90, 16)
                if call(10, 226, address, 4096, 5) == 0:
                    print("ESCAPED made written memory executable", path)
        os.close(fd)
print("contained")
