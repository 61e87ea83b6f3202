# what: takes an O_PATH descriptor, which needs no right to read, and turns it into a real one
# layers: new_root, landlock
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

O_EMPTYPATH = 0o100000000
for path in (SECRET_FILE, "/etc/shadow", "/root", "/"):
    try:
        handle = os.open(path, os.O_PATH)
    except OSError:
        continue
    for name, at in ((f"/proc/self/fd/{handle}", None), (f"/dev/fd/{handle}", None), ("", handle), (".", handle),
                     (SECRET_FILE.lstrip("/"), handle)):
        for flags in (os.O_RDONLY, os.O_RDONLY | O_EMPTYPATH, os.O_RDWR):
            try:
                data = os.read(os.open(name, flags, dir_fd=at), 80)
                print("ESCAPED reopened", path, data)
            except (OSError, ValueError):
                pass
    # What is not allowed on the path must not work on the descriptor.
    buffer = ctypes.create_string_buffer(80)
    if call(0, 63, handle, buffer, 80) > 0 or call(17, 67, handle, buffer, 80, 0) > 0:
        print("ESCAPED read through O_PATH", buffer.raw)
    if call(9, 222, 0, 4096, 1, 2, handle, 0) != -1:
        print("ESCAPED mapped through O_PATH")
    os.close(handle)
print("contained")
