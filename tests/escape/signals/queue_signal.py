# what: queues signals with forged senders for the service: rt_sigqueueinfo, rt_tgsigqueueinfo
# layers: pid_namespace, identity, own_signals
import ctypes, os, platform, struct

libc = ctypes.CDLL(None, use_errno=True)
x86 = platform.machine() == "x86_64"
SIGURG, SI_QUEUE, SI_TKILL, SI_USER, SI_KERNEL = 23, -1, -6, 0, 0x80
for code in (SI_QUEUE, SI_TKILL, SI_USER, SI_KERNEL):
    info = ctypes.create_string_buffer(struct.pack("iiiiii", SIGURG, 0, code, 0, 1, 0), 128)
    for pid in {SERVICE_PID, ZYGOTE_PID} - {1, os.getpid()}:
        if libc.syscall(ctypes.c_long(129 if x86 else 138), ctypes.c_long(pid), ctypes.c_long(SIGURG), info) == 0:
            print("ESCAPED rt_sigqueueinfo", pid, code)
        if libc.syscall(ctypes.c_long(297 if x86 else 240), ctypes.c_long(pid), ctypes.c_long(pid),
                        ctypes.c_long(SIGURG), info) == 0:
            print("ESCAPED rt_tgsigqueueinfo", pid, code)
print("contained")
