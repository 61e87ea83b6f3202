# what: process_vm_readv and writev on itself, its parent, the service; process_madvise, kcmp, process_mrelease
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

source = ctypes.create_string_buffer(b"before..")
target = ctypes.create_string_buffer(8)


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]


local = Vector(ctypes.addressof(target), 8)
remote = Vector(ctypes.addressof(source), 8)
for pid in {os.getpid(), os.getppid(), 1, SERVICE_PID, ZYGOTE_PID}:
    if call(310, 270, pid, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0) > 0:
        print("ESCAPED read memory of", pid)
    if pid == os.getpid() and call(311, 271, pid, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0) > 0:
        print("ESCAPED wrote memory of", pid)
    for kind in range(8):
        if call(312, 272, os.getpid(), pid, kind, 0, 1) >= 0:
            print("ESCAPED compared with", pid, kind)
for fd in range(3, 300):
    if call(440, 440, fd, ctypes.byref(local), 1, 20, 0) >= 0 or call(448, 448, fd, 0) == 0:
        print("ESCAPED advised", fd)
print("contained")
