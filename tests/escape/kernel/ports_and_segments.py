# what: I/O ports, descriptor tables, thread areas, vm86: iopl, ioperm, modify_ldt, set_thread_area
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

import struct

if X86:
    if call(172, -1, 3) == 0:
        print("ESCAPED iopl")
    if call(173, -1, 0x80, 1, 1) == 0:
        print("ESCAPED ioperm")
    entry = ctypes.create_string_buffer(struct.pack("IIII", 0, 0, 0xFFFFF, 0x51))
    for function in (1, 0x11):
        if call(154, -1, function, entry, 16) == 0:
            print("ESCAPED modify_ldt", function)
    if call(154, -1, 0, ctypes.create_string_buffer(64), 64) >= 0:
        print("ESCAPED read the table")
    if call(205, -1, entry) == 0 or call(211, -1, entry) == 0:
        print("ESCAPED thread area")
print("contained")
