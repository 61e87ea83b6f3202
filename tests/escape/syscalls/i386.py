# what: finds "int 0x80; ret" in loaded code and calls it: the 32-bit table
# layers: seccomp
# expect: contained, signaled
import ctypes
import platform
import struct
import sys


class Info(ctypes.Structure):
    _fields_ = [("file", ctypes.c_char_p), ("base", ctypes.c_void_p), ("symbol", ctypes.c_char_p), ("address", ctypes.c_void_p)]


libc = ctypes.CDLL(None)
gadgets = []
for symbol in ("getpid", "Py_GetVersion", "XML_Parse", "deflate", "ffi_call") if platform.machine() == "x86_64" else ():
    info = Info()
    try:
        found = libc.dladdr(ctypes.cast(libc[symbol], ctypes.c_void_p), ctypes.byref(info))
    except AttributeError:
        continue
    if not found or ctypes.string_at(info.base, 4) != b"\x7fELF":
        continue
    offset, = struct.unpack("Q", ctypes.string_at(info.base + 32, 8))
    count, = struct.unpack("H", ctypes.string_at(info.base + 56, 2))
    headers = [struct.unpack("IIQQQQQQ", ctypes.string_at(info.base + offset + 56 * i, 56)) for i in range(count)]
    first = min(header[3] for header in headers if header[0] == 1) & ~4095
    for kind, flags, _, address, _, _, length, _ in headers:
        if kind == 1 and flags == 5:
            code = ctypes.string_at(info.base - first + address, length)
            at = code.find(b"\xcd\x80\xc3")
            if at >= 0:
                gadgets.append(info.base - first + address + at)
print("gadgets:", len(gadgets))
sys.stdout.flush()
for address in gadgets[:2]:
    # ctypes puts the number of floating-point arguments in eax: 6 is close() there, of what happens to be in ebx.
    function = ctypes.CFUNCTYPE(ctypes.c_int, *[ctypes.c_double] * 6)(address)
    result = function(*[0.0] * 6)
    if result not in (-1, -38):
        print("ESCAPED a 32-bit call answered", result)
print("contained")
