# what: the usual start of kernel exploits: a user namespace of its own, root in it, a mount, a network
# layers: seccomp
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

uid, gid = os.getuid(), os.getgid()
if call(272, 97, 0x10000000 | 0x20000 | 0x40000000) == 0:
    print("ESCAPED user, mount and net namespaces")
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
        try:
            with open("/proc/self/" + name, "w") as file:
                file.write(text)
            print("ESCAPED wrote", name)
        except OSError:
            pass
    if os.getuid() == 0:
        print("ESCAPED root inside")
print("contained")
