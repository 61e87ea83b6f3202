# what: ptrace: asks to be traced, attaches to and seizes its parent, pid 1, the service
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

SEIZE, ATTACH, DETACH, TRACEME = 0x4206, 16, 17, 0
for pid in {os.getppid(), 1, SERVICE_PID, ZYGOTE_PID} - {0}:
    if call(101, 117, SEIZE, pid, 0, 0) == 0:
        print("ESCAPED seized", pid)
        call(101, 117, DETACH, pid, 0, 0)
try:
    child = os.fork()
except OSError:
    child = -1
if child == 0:
    os._exit(1 if call(101, 117, TRACEME, 0, 0, 0) == 0 else 0)
if child > 0:
    if call(101, 117, SEIZE, child, 0, 0) == 0:
        print("ESCAPED seized a child")
    if os.waitpid(child, 0)[1] != 0:
        print("ESCAPED is traced")
print("contained")
