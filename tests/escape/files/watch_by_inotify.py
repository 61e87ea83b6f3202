# what: inotify and fanotify on shared directories
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

for name, number in (("inotify_init1", (294, 26)), ("inotify_init", (253, -1))):
    fd = call(*number, 0)
    if fd >= 0:
        for path in (os.path.dirname(os.__file__), "/", "/dev", os.__file__):
            if call(254, 27, fd, ctypes.c_char_p(path.encode()), 0xFFF) >= 0:
                print("ESCAPED", name, "watches", path)
        os.close(fd)
for flags in (0, 4, 8, 0x200, 0x400, 0xE00):
    fd = call(300, 262, flags, os.O_RDONLY)
    if fd >= 0:
        for marks in (0x01, 0x11, 0x101):
            if call(301, 263, fd, marks, 0x3B, -100, ctypes.c_char_p(os.path.dirname(os.__file__).encode())) == 0:
                print("ESCAPED fanotify watches", flags, marks)
        os.close(fd)
print("contained")
