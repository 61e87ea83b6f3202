# what: makes maps, loads programs, reads objects by id with bpf()
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

for kind in (1, 2, 6, 26, 27):
    if call(321, 280, 0, ctypes.create_string_buffer(struct.pack("IIII", kind, 4, 4, 4), 128), 128) >= 0:
        print("ESCAPED made a map of type", kind)
code = ctypes.create_string_buffer(struct.pack("<BBhi", 0xB7, 0, 0, 0) + struct.pack("<BBhi", 0x95, 0, 0, 0))
license_text = ctypes.create_string_buffer(b"GPL")
for kind in (1, 2, 5, 8, 17, 26):
    attributes = struct.pack("IIQQ", kind, 2, ctypes.addressof(code), ctypes.addressof(license_text))
    if call(321, 280, 5, ctypes.create_string_buffer(attributes, 128), 128) >= 0:
        print("ESCAPED loaded a program of type", kind)
for command in (11, 12, 23, 31):
    if call(321, 280, command, ctypes.create_string_buffer(128), 128) == 0:
        print("ESCAPED command", command)
print("contained")
