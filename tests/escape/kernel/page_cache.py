# what: cachestat: which pages of the shared files are in memory, so what others read
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
import sys

for path in (os.__file__, sys.executable, "/etc/ld.so.cache"):
    fd = os.open(path, os.O_RDONLY)
    result = (ctypes.c_uint64 * 5)()
    if call(451, 451, fd, ctypes.create_string_buffer(struct.pack("QQ", 0, 0)), result, 0) == 0:
        print("ESCAPED cachestat", path, list(result))
    os.close(fd)
print("contained")
