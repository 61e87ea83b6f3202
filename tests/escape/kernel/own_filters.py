# what: installs filters of its own and a listener that answers for others (seccomp user notification)
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

# Allows everything: harmless, and cannot loosen the filter there is, but a listener would be a supervisor of its own.
code = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0x7FFF0000))
program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", 1, ctypes.addressof(code)))
for flags in (0, 1, 2, 4, 8, 16, 32):
    if call(317, 277, 1, flags, program) >= 0:
        print("ESCAPED installed a filter with flags", flags)
for operation in (2, 3):
    if call(317, 277, operation, 0, ctypes.create_string_buffer(b"\0\0\xff\x7f" + bytes(60))) == 0:
        print("ESCAPED seccomp operation", operation)
if call(157, 167, 22, 2, program, 0, 0) == 0:
    print("ESCAPED prctl(PR_SET_SECCOMP)")
print("contained")
