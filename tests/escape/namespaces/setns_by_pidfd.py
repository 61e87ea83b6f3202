# what: joins namespaces by a pidfd, one and all at once
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

for pid in {1, os.getppid(), os.getpid(), SERVICE_PID, ZYGOTE_PID}:
    for flags in (0, 2048):
        fd = call(434, 434, pid, flags)
        if fd < 0:
            continue
        if pid != os.getpid():
            print("ESCAPED pidfd of", pid)
        for space in (0x10000000, 0x20000, 0x20000000, 0x40000000, 0x8000000, 0x4000000, 0x2000000, 0x7E020000):
            if call(308, 268, fd, space) == 0:
                print("ESCAPED joined", hex(space), "of", pid)
        os.close(fd)
print("contained")
