# what: makes device nodes of its own: disks, memory, kernel messages, consoles
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
import stat
import tempfile

for kind, major, minor in ((stat.S_IFBLK, 8, 0), (stat.S_IFBLK, 254, 0), (stat.S_IFBLK, 259, 0), (stat.S_IFBLK, 7, 0),
                           (stat.S_IFCHR, 1, 1), (stat.S_IFCHR, 1, 2), (stat.S_IFCHR, 1, 4), (stat.S_IFCHR, 1, 11),
                           (stat.S_IFCHR, 5, 1), (stat.S_IFCHR, 10, 229), (stat.S_IFCHR, 10, 232), (stat.S_IFCHR, 4, 64)):
    for place in (tempfile.gettempdir(), "/dev/shm", "/dev"):
        path = os.path.join(place, TOKEN)
        raw = ctypes.c_char_p(path.encode())
        device = os.makedev(major, minor)
        for mode in (kind | 0o666, kind | 0o666 | (1 << 32), kind | stat.S_IFIFO | 0o666):
            if stat.S_IFMT(mode & 0xFFFF) != kind:
                continue
            if call(259, 33, -100, raw, mode, device) == 0 or (X86 and call(133, -1, raw, mode, device) == 0):
                print("ESCAPED device", major, minor, "in", place)
                os.unlink(path)
print("contained")
