# what: finds "int 0x80; ret" in loaded code and calls it: the 32-bit table
# layers: seccomp, kernel
# expect: contained, signaled
import ctypes
import os
import platform
import struct
import sys


class Info(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("name", ctypes.c_char_p), ("headers", ctypes.c_void_p), ("count", ctypes.c_uint16)]


found = []


@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Info), ctypes.c_size_t, ctypes.c_void_p)
def look(info, size, data):
    for i in range(info.contents.count):
        header = ctypes.string_at(info.contents.headers + i * 56, 56)
        kind, flags, _, address, _, _, length, _ = struct.unpack("IIQQQQQQ", header)
        if kind == 1 and flags & 1 and flags & 4:
            start = (info.contents.base or 0) + address
            code = ctypes.string_at(start, length)
            at = code.find(b"\xcd\x80\xc3")
            while at >= 0:
                found.append(start + at)
                at = code.find(b"\xcd\x80\xc3", at + 1)
    return 0


if platform.machine() == "x86_64":
    ctypes.CDLL(None).dl_iterate_phdr(look, None)
print("gadgets", len(found))
sys.stdout.flush()
for address in found[:2]:
    # ctypes puts the number of floating-point arguments in eax: 6 is close() there, of what happens to be in ebx.
    function = ctypes.CFUNCTYPE(ctypes.c_int, *[ctypes.c_double] * 6)(address)
    result = function(*[0.0] * 6)
    if result not in (-1, -38):
        print("ESCAPED a 32-bit call answered", result)
print("contained")
