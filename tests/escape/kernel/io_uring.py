# what: sets up a ring, and calls enter and register as if there were one
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

import errno
import os

for flags in (0, 2, 1 << 6, 1 << 12, 1 << 14):
    parameters = (ctypes.c_uint32 * 30)()
    parameters[2] = flags
    fd = call(425, 425, 4, parameters)
    if fd >= 0:
        print("ESCAPED io_uring", flags)
        os.close(fd)
for name, result in (("enter", call(426, 426, 0, 0, 0, 0, 0, 0)), ("register", call(427, 427, -1, 0, 0, 0)),
                     ("registered ring", call(427, 427, 0x80000000, 20, 0, 0))):
    if result >= 0:
        print("ESCAPED io_uring", name, result)
print("contained")
