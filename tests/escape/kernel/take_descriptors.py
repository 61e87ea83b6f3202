# what: pidfd_open, then pidfd_getfd: copies descriptors out of other processes
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
    handle = call(434, 434, pid, 0)
    if handle < 0:
        try:
            handle = os.open(f"/proc/{pid}", os.O_RDONLY | os.O_DIRECTORY)
        except OSError:
            continue
    for number in range(64):
        fd = call(438, 438, handle, number, 0)
        if fd >= 0:
            print("ESCAPED descriptor", number, "of", pid)
            os.close(fd)
    os.close(handle)
print("contained")
