# what: attaches to the service, the fork server and its parent with ptrace
# layers: pid_namespace, identity, seccomp
import ctypes, os, platform

libc = ctypes.CDLL(None, use_errno=True)
ptrace = 101 if platform.machine() == "x86_64" else 117
ATTACH, DETACH, SEIZE = 16, 17, 0x4206


def call(request, pid):
    return libc.syscall(ctypes.c_long(ptrace), ctypes.c_long(request), ctypes.c_long(pid), ctypes.c_long(0), ctypes.c_long(0))


for pid in {SERVICE_PID, ZYGOTE_PID, os.getppid(), 1} - {0, os.getpid()}:
    for request in (SEIZE, ATTACH):
        if call(request, pid) == 0:
            print("ESCAPED traces", pid)
            call(DETACH, pid)
print("contained")
