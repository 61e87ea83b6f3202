# what: clone3, whose flags a filter cannot see: namespaces, another cgroup, a chosen pid
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
import struct

USER = 0x10000000
flags = dict(user=USER, mount=0x20000, pid=0x20000000, net=0x40000000, time=0x80, cgroup=0x200000000, plain=0, cleared=0x100000000)
for name, flag in flags.items():
    for extra in (0, USER):
        for size in (64, 80, 88):
            words = [flag | extra, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0]
            arguments = ctypes.create_string_buffer(struct.pack("11Q", *words))
            pid = call(435, 435, arguments, size)
            if pid == 0:
                os._exit(0)
            if pid > 0:
                print("ESCAPED clone3", name, size)
                os.waitpid(pid, 0)
print("contained")
