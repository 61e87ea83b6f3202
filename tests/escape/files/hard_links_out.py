# what: hard-links foreign files into the working directory, to reach them by a path of its own
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
import sys
import tempfile

own = os.path.join(tempfile.gettempdir(), "linked")
for path in (SECRET_FILE, os.__file__, sys.executable, "/etc/hosts", "/dev/null", "/etc/shadow"):
    ways = [(-100, path.encode(), 0), (-100, path.encode(), 0x400)]
    try:
        fd = os.open(path, os.O_PATH)
        ways += [(fd, b"", 0x1000), (-100, b"/proc/self/fd/%d" % fd, 0x400)]
    except OSError:
        pass
    for at, name, flags in ways:
        if call(265, 37, at, ctypes.c_char_p(name), -100, ctypes.c_char_p(own.encode()), flags) == 0:
            print("ESCAPED linked", path)
            os.unlink(own)
print("contained")
