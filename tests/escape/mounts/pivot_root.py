# what: changes its root: pivot_root in place, to its directory, to a package directory
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

own = tempfile.gettempdir()
os.makedirs(own + "/old", exist_ok=True)
for new, old in ((".", "."), (own, own + "/old"), ("/", "/"), (own, own), ("/usr", "/usr/lib"), ("/dev/shm", "/dev/shm")):
    if call(155, 41, ctypes.c_char_p(new.encode()), ctypes.c_char_p(old.encode())) == 0:
        print("ESCAPED pivot_root", new, old)
for path in (own, "/", "/usr", "/dev/shm"):
    if call(161, 51, ctypes.c_char_p(path.encode())) == 0:
        print("ESCAPED chroot", path)
print("contained")
