# what: writes bytes, then makes them executable: mprotect, pkey_mprotect, on heap, stack, data and private file pages
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

import mmap
import os

READ, WRITE, EXEC = 1, 2, 4
library = os.open(os.__file__, os.O_RDONLY)
stack = ctypes.create_string_buffer(16)
heap = ctypes.create_string_buffer(1 << 20)
areas = dict(anonymous=call(9, 222, 0, 4096, READ | WRITE, 0x22, -1, 0), file=call(9, 222, 0, 4096, READ | WRITE, 2, library, 0),
             shared=call(9, 222, 0, 4096, READ | WRITE, 0x21, -1, 0), grows=call(9, 222, 0, 4096, READ | WRITE, 0x122, -1, 0),
             heap=(ctypes.addressof(heap) + 4095) & ~4095, small=ctypes.addressof(stack) & ~4095)
for name, address in areas.items():
    if address == -1:
        continue
    for protection in (READ | EXEC, EXEC, READ | WRITE | EXEC, READ | EXEC | 1 << 32, READ | EXEC | 0x01000000, READ | EXEC | 0x02000000):
        if call(10, 226, address, 4096, protection) == 0:
            print("ESCAPED mprotect", name, hex(protection))
            call(10, 226, address, 4096, READ | WRITE)
        for key in (-1, 0, 1):
            if call(329, 288, address, 4096, protection, key) == 0:
                print("ESCAPED pkey_mprotect", name, hex(protection))
if call(330, 289, 0, 0) >= 0:
    print("ESCAPED pkey_alloc")
print("contained")
