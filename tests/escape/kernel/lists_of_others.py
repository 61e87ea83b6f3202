# what: get_robust_list of other processes: an address in them
# layers: seccomp, pid_namespace
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

head, size = ctypes.c_void_p(), ctypes.c_size_t()
for pid in {SERVICE_PID, ZYGOTE_PID, os.getppid(), 1} - {0, os.getpid()}:
    if call(274, 100, pid, ctypes.byref(head), ctypes.byref(size)) == 0:
        print("ESCAPED address in", pid, head.value)
print("contained")
