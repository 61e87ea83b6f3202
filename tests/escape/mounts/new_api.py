# what: the mount interface by descriptors: fsopen, fsconfig, fsmount, move_mount
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

target = ctypes.c_char_p(tempfile.gettempdir().encode())
for kind in (b"tmpfs", b"proc", b"sysfs", b"overlay", b"cgroup2", b"devpts", b"ext4", b"bpf"):
    context = call(430, 430, ctypes.c_char_p(kind), 0)
    if context < 0:
        continue
    print("ESCAPED fsopen", kind)
    if call(431, 431, context, 6, ctypes.c_long(0), ctypes.c_long(0), 0) == 0:
        mount = call(432, 432, context, 0, 0)
        if mount >= 0:
            print("ESCAPED fsmount", kind, os.listdir(mount)[:5])
            os.close(mount)
    os.close(context)
for path in (b"/", b"/tmp", b"/usr"):
    context = call(433, 433, -100, ctypes.c_char_p(path), 0)
    if context >= 0:
        print("ESCAPED fspick", path)
        os.close(context)
    if call(429, 429, -100, ctypes.c_char_p(path), -100, target, 0) == 0:
        print("ESCAPED move_mount", path)
print("contained")
