# what: moves, advises and reaps the pages of the service: move_pages, migrate_pages, process_madvise, kcmp
# layers: pid_namespace, seccomp
import ctypes, os, platform

libc = ctypes.CDLL(None, use_errno=True)
x86 = platform.machine() == "x86_64"


def call(number, *arguments):
    return libc.syscall(ctypes.c_long(number), *[a if isinstance(a, ctypes.Array) else ctypes.c_long(a) for a in arguments])


page = (ctypes.c_void_p * 1)(ctypes.cast(libc.getenv, ctypes.c_void_p).value & ~4095)
status = (ctypes.c_int * 1)(-1000)
nodes = (ctypes.c_ulong * 16)(1)
for pid in {SERVICE_PID, ZYGOTE_PID, os.getppid()} - {0, 1, os.getpid()}:
    if call(279 if x86 else 239, pid, 1, page, 0, status, 0) == 0:
        print("ESCAPED move_pages", pid, status[0])
    if call(256 if x86 else 238, pid, 64, nodes, nodes) >= 0:
        print("ESCAPED migrate_pages", pid)
    if call(312 if x86 else 272, pid, pid, 0, 0, 0) >= 0:
        print("ESCAPED kcmp", pid)
    fd = call(434, pid, 0)
    if fd >= 0 and call(448, fd, 0) == 0:
        print("ESCAPED process_mrelease", pid)
print("contained")
