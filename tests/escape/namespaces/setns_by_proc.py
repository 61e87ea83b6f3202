# what: joins the namespaces of pid 1, of its parent and of the service by their files in /proc
# layers: new_root, landlock, seccomp
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

for pid in ("1", str(os.getppid()), str(SERVICE_PID), str(ZYGOTE_PID), "self"):
    for name in ("user", "mnt", "pid", "pid_for_children", "net", "ipc", "uts", "cgroup", "time"):
        try:
            fd = os.open(f"/proc/{pid}/ns/{name}", os.O_RDONLY)
        except OSError:
            continue
        if call(308, 268, fd, 0) == 0:
            print("ESCAPED joined", name, "of", pid)
        os.close(fd)
print("contained")
