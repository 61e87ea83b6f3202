# what: takes mounts off its root, to see what is below (marks them only: MNT_EXPIRE)
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

import errno
import os

MNT_EXPIRE, UMOUNT_NOFOLLOW = 4, 8
for path in ("/", "/tmp", "/dev/shm", "/usr", "/lib", "/lib64", os.path.dirname(os.__file__), "/dev/null", "/proc", "/sys", "/etc/hosts"):
    for flags in (MNT_EXPIRE, MNT_EXPIRE | UMOUNT_NOFOLLOW):
        if call(166, 39, ctypes.c_char_p(path.encode()), flags) == 0 or ctypes.get_errno() == errno.EAGAIN:
            print("ESCAPED may unmount", path)
print("contained")
