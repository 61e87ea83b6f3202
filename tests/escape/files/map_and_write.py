# what: maps read-only files writable, shared and private, and looks whether the file changes
# layers: new_root, kernel
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
X86 = platform.machine() == "x86_64"


def call(x86, arm, *arguments):
    ctypes.set_errno(0)
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return libc.syscall(ctypes.c_long(x86 if X86 else arm), *words)

import mmap
import os

for path in (os.__file__, "/etc/hosts", SECRET_FILE):
    try:
        fd = os.open(path, os.O_RDONLY)
    except OSError:
        continue
    before = os.pread(fd, 64, 0)
    for flags in (1, 3, 0x8001):
        if call(9, 222, 0, 4096, 3, flags, fd, 0) != -1:
            print("ESCAPED mapped shared and writable", path, flags)
    shared = call(9, 222, 0, 4096, 1, 1, fd, 0)
    if shared != -1 and call(10, 226, shared, 4096, 3) == 0:
        print("ESCAPED made a shared mapping writable", path)
    private = mmap.mmap(fd, 0, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_WRITE)
    private[:4] = b"XXXX"
    private.flush()
    if os.pread(fd, 64, 0) != before:
        print("ESCAPED changed", path)
    os.close(fd)
print("contained")
