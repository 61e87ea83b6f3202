# what: vmsplice: gifts its own pages to the kernel by reference
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

page = ctypes.create_string_buffer(8192)


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]


reader, writer = os.pipe()
vector = Vector((ctypes.addressof(page) + 4095) & ~4095, 4096)
for flags in (0, 8, 1 | 2):
    if call(278, 75, writer, ctypes.byref(vector), 1, flags) > 0:
        print("ESCAPED vmsplice", flags)
print("contained")
