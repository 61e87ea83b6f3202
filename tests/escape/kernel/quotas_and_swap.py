# what: quotactl, quotactl_fd, swapon on a file of its own, swapoff
# layers: seccomp, capabilities, identity
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

path = os.path.join(tempfile.gettempdir(), "swap")
with open(path, "wb") as file:
    file.write(bytes(4086) + b"SWAPSPACE2" + bytes(65536))
raw = ctypes.c_char_p(path.encode())
if call(167, 224, raw, 0) == 0:
    print("ESCAPED swapon")
    call(168, 225, raw)
for name in (b"/" + TOKEN.encode(), path.encode()):
    if call(168, 225, ctypes.c_char_p(name)) == 0:
        print("ESCAPED swapoff")
buffer = ctypes.create_string_buffer(256)
where = os.open(".", os.O_RDONLY)
for command in (0x80000400, 0x80000700, 0x80000500):
    if call(179, 60, command, ctypes.c_char_p(b"/dev/vda"), 0, buffer) == 0 or call(443, 443, where, command, 0, buffer) == 0:
        print("ESCAPED quota", hex(command))
print("contained")
