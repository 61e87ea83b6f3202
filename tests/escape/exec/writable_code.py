# what: maps memory writable and executable, in every combination of flags
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
import tempfile

fd = os.open(os.path.join(tempfile.gettempdir(), "code"), os.O_CREAT | os.O_RDWR)
os.write(fd, bytes(4096))
READ, WRITE, EXEC = 1, 2, 4
for protection in (EXEC, READ | EXEC, WRITE | EXEC, READ | WRITE | EXEC, READ | WRITE | EXEC | 1 << 32, EXEC | 8, READ | EXEC | 0x01000000):
    for flags in (0x22, 0x21, 0x22 | 0x100, 0x22 | 0x40, 0x22 | 0x20000, 0x22 | 1 << 32, 0x22 | 0x8000, 0x22 | 0x100000):
        address = call(9, 222, 0, 4096, protection, flags, -1, 0)
        if address > 0:
            print("ESCAPED anonymous", protection, hex(flags))
            call(11, 215, address, 4096)
    for flags in (1, 2, 3):
        if protection & WRITE and call(9, 222, 0, 4096, protection, flags, fd, 0) > 0:
            print("ESCAPED file", protection, hex(flags))
print("contained")
