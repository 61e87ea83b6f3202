# what: mounts tmpfs, proc, sysfs, devpts, overlay, cgroup and binds over its own directory
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

target = os.path.join(tempfile.gettempdir(), "m")
os.mkdir(target)
raw = ctypes.c_char_p(target.encode())
MS_BIND, MS_MOVE, MS_REC, MS_SHARED, MS_SLAVE = 4096, 8192, 16384, 1 << 20, 1 << 19
for kind in ("tmpfs", "proc", "sysfs", "devpts", "devtmpfs", "cgroup", "cgroup2", "mqueue", "debugfs", "ramfs", "fuse", "ext4", "binfmt_misc", "bpf"):
    name = ctypes.c_char_p(kind.encode())
    if call(165, 40, name, raw, name, 0, ctypes.c_char_p(b"")) == 0:
        print("ESCAPED mounted", kind)
        call(166, 39, raw, 2)
for source, flags in (("/", MS_BIND | MS_REC), ("/usr", MS_BIND), ("/dev", MS_BIND), (target, MS_BIND), ("/tmp", MS_MOVE), (SECRET_FILE, MS_BIND)):
    if call(165, 40, ctypes.c_char_p(source.encode()), raw, ctypes.c_long(0), flags, ctypes.c_long(0)) == 0:
        print("ESCAPED bound", source)
        call(166, 39, raw, 2)
for flags in (MS_REC | MS_SHARED, MS_REC | MS_SLAVE, MS_SHARED):
    if call(165, 40, ctypes.c_long(0), ctypes.c_char_p(b"/"), ctypes.c_long(0), flags, ctypes.c_long(0)) == 0:
        print("ESCAPED changed propagation", flags)
print("contained")
