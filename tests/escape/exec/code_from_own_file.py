# what: writes machine code to a file and maps it executable
# layers: tmpfs
# profile: namespaces
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
import tempfile

code = b"\xb8\x2a\x00\x00\x00\xc3" if X86 else b"\x40\x05\x80\x52\xc0\x03\x5f\xd6"
for place in {tempfile.gettempdir(), os.getcwd(), "/dev/shm", "/var/tmp"}:
    path = os.path.join(place, TOKEN)
    try:
        fd = os.open(path, os.O_CREAT | os.O_RDWR, 0o700)
    except OSError:
        continue
    os.write(fd, code + bytes(4096))
    for protection, flags in ((5, 2), (4, 2), (5, 1), (5, 3)):
        address = call(9, 222, 0, 4096, protection, flags, fd, 0)
        if address > 0:
            print("ESCAPED mapped", place, ctypes.CFUNCTYPE(ctypes.c_int)(address)())
            call(11, 215, address, 4096)
    os.close(fd)
    os.unlink(path)
print("contained")
