# what: traces a child of its own, to change its system calls after the filter has seen them
# layers: seccomp
import ctypes, os, platform

libc = ctypes.CDLL(None, use_errno=True)
ptrace = 101 if platform.machine() == "x86_64" else 117


def call(request, pid):
    return libc.syscall(ctypes.c_long(ptrace), ctypes.c_long(request), ctypes.c_long(pid), ctypes.c_long(0), ctypes.c_long(0))


if call(0, 0) == 0:  # PTRACE_TRACEME
    print("ESCAPED may be traced")
try:
    end, start = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(start)
        os.read(end, 1)
        os._exit(0)
    if call(0x4206, pid) == 0:
        print("ESCAPED traces a child")
    os.close(start)
    os.waitpid(pid, 0)
except OSError:
    pass
print("contained")
