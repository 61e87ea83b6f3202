# what: turns address randomisation off, read into execute, addresses to zero
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


PER_LINUX32, MMAP_PAGE_ZERO, ADDR_NO_RANDOMIZE, READ_IMPLIES_EXEC, ADDR_LIMIT_3GB = 8, 0x100000, 0x40000, 0x400000, 0x8000000
for value in (ADDR_NO_RANDOMIZE, READ_IMPLIES_EXEC, MMAP_PAGE_ZERO, ADDR_LIMIT_3GB, PER_LINUX32, 0):
    before = call(135, 92, value)
    if before >= 0:
        print("ESCAPED personality", hex(value))
        call(135, 92, before)
print("contained")
