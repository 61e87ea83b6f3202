# what: asks for the mounts of its namespace by statmount and listmount
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

ROOT = 0xFFFFFFFFFFFFFFFF
buffer = ctypes.create_string_buffer(4096)
request = ctypes.create_string_buffer(struct.pack("IIQQQ", 32, 0, ROOT, 0, 0))
count = call(458, 458, request, buffer, 100, 0)
if count > 0:
    print("ESCAPED listmount", count)
    for identity in struct.unpack_from(f"{min(count, 5)}Q", buffer):
        request = ctypes.create_string_buffer(struct.pack("IIQQQ", 32, 0, identity, 0x3F, 0))
        if call(457, 457, request, buffer, 4096, 0) == 0:
            print("ESCAPED statmount", identity)
print("contained")
