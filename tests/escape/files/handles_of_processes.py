# what: asks pidfs and nsfs for a process or a namespace by handle, which needs no capability there
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
import struct

PIDFS_ROOT, NSFS_ROOT = -10002, -10003
for root, bodies in ((PIDFS_ROOT, [struct.pack("Q", n) for n in range(1, 2048)]),
                     (NSFS_ROOT, [struct.pack("QII", n, 0, 0) for n in range(1, 64)])):
    for body in bodies:
        for kind in (0xFE,) if root == PIDFS_ROOT else (0xF1,):
            handle = ctypes.create_string_buffer(struct.pack("Ii", len(body), kind) + body, 136)
            fd = call(304, 265, root, handle, os.O_RDONLY)
            if fd >= 0:
                print("ESCAPED opened handle", root, body)
                os.close(fd)
print("contained")
