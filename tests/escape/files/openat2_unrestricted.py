# what: openat2 without and with the resolve flags that move the root
# layers: new_root, landlock
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

RESOLVES = (0, 0x10, 0x04, 0x01, 0x20)
for start in (".", "/", os.path.dirname(os.__file__), "/dev", "/tmp"):
    try:
        at = os.open(start, os.O_PATH | os.O_DIRECTORY)
    except OSError:
        continue
    for resolve in RESOLVES:
        for name in (SECRET_FILE, "../" * 30 + SECRET_FILE.lstrip("/"), SECRET_FILE.lstrip("/")):
            how = ctypes.create_string_buffer(struct.pack("QQQ", os.O_RDONLY | os.O_CLOEXEC, 0, resolve))
            fd = call(437, 437, at, ctypes.c_char_p(name.encode()), how, 24)
            if fd >= 0:
                try:
                    print("ESCAPED read", start, hex(resolve), os.read(fd, 80))
                except OSError:
                    pass
                os.close(fd)
    os.close(at)
print("contained")
