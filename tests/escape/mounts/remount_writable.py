# what: takes the read-only, noexec, nosuid and nodev flags off the mounts of its root
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

MS_REMOUNT, MS_BIND, MS_RDONLY = 32, 4096, 1
for path in ("/", "/usr", os.path.dirname(os.__file__), "/dev/null", "/dev/zero", "/etc", "/tmp", "/dev/shm", tempfile.gettempdir(), "/proc",
             "/var/cache/codeexec", "/lib", "/usr/lib"):
    raw = ctypes.c_char_p(path.encode())
    for flags in (MS_REMOUNT | MS_BIND, MS_REMOUNT):
        if call(165, 40, ctypes.c_long(0), raw, ctypes.c_long(0), flags, ctypes.c_long(0)) == 0:
            print("ESCAPED remounted", path, flags)
            call(165, 40, ctypes.c_long(0), raw, ctypes.c_long(0), flags | MS_RDONLY, ctypes.c_long(0))
print("contained")
