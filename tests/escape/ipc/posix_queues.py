# what: makes and opens POSIX message queues, and mounts of them
# layers: seccomp, rlimits
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

attributes = ctypes.create_string_buffer(struct.pack("8q", 0, 1, 64, 0, 0, 0, 0, 0))
for name in (TOKEN, "codeexec", "queue"):
    raw = ctypes.c_char_p(name.encode())
    for flags in (os.O_RDWR | os.O_CREAT, os.O_RDONLY | os.O_NONBLOCK):
        fd = call(240, 180, raw, flags, 0o666, attributes)
        if fd >= 0:
            print("ESCAPED queue", name)
            os.close(fd)
            call(241, 181, raw)
try:
    print("ESCAPED listed", os.listdir("/dev/mqueue"))
except OSError:
    pass
print("contained")
