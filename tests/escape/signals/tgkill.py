# what: signals single threads of the service and the fork server with tkill and tgkill
# layers: pid_namespace, identity, own_signals
import ctypes, os, platform

libc = ctypes.CDLL(None, use_errno=True)
x86 = platform.machine() == "x86_64"
tkill, tgkill = (200, 234) if x86 else (130, 131)
SIGURG = 23


def call(number, *arguments):
    return libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) for a in arguments])


for pid in {SERVICE_PID, ZYGOTE_PID} - {1, os.getpid()}:
    if call(tkill, pid, SIGURG) == 0:
        print("ESCAPED tkill", pid)
    if call(tgkill, pid, pid, SIGURG) == 0 or call(tgkill, -1, pid, SIGURG) == 0:
        print("ESCAPED tgkill", pid)
print("contained")
