# what: gets a descriptor that stops the kernel in the middle of a page fault
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

import fcntl
import os

for flags in (0, 1, os.O_NONBLOCK | os.O_CLOEXEC, 1 | os.O_NONBLOCK):
    fd = call(323, 282, flags)
    if fd >= 0:
        print("ESCAPED userfaultfd", flags)
        os.close(fd)
try:
    print("ESCAPED userfaultfd by device", fcntl.ioctl(os.open("/dev/userfaultfd", os.O_RDWR), 0xAA00, 1))
except OSError:
    pass
print("contained")
