# what: moves and places pages: mbind, set_mempolicy, migrate_pages, move_pages of itself and others
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

mask = ctypes.c_ulong(1)
for pid in {0, os.getppid(), SERVICE_PID}:
    if call(256, 238, pid, 64, ctypes.byref(mask), ctypes.byref(mask)) >= 0:
        print("ESCAPED migrate_pages", pid)
    page = ctypes.c_void_p(id(mask) & ~4095)
    status = ctypes.c_int()
    if call(279, 239, pid, 1, ctypes.byref(page), ctypes.c_long(0), ctypes.byref(status), 0) == 0:
        print("ESCAPED move_pages", pid, status.value)
if call(238, 237, 0, ctypes.c_long(0), 0) == 0:
    print("ESCAPED set_mempolicy")
if call(237, 235, id(mask) & ~4095, 4096, 0, ctypes.c_long(0), 0, 0) == 0:
    print("ESCAPED mbind")
if call(450, 450, id(mask) & ~4095, 4096, 0, 0) == 0:
    print("ESCAPED set_mempolicy_home_node")
print("contained")
