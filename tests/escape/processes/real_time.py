# what: makes itself a real-time process, and others idle ones: sched_setscheduler, sched_setparam, sched_setattr
# layers: capabilities, seccomp
import ctypes, os, platform, struct

for pid in (0, SERVICE_PID, ZYGOTE_PID):
    for policy, priority in ((os.SCHED_FIFO, 1), (os.SCHED_RR, 1)):
        try:
            os.sched_setscheduler(pid, policy, os.sched_param(priority))
            print("ESCAPED real time", pid)
            os.sched_setscheduler(pid, os.SCHED_OTHER, os.sched_param(0))
        except OSError:
            pass
libc = ctypes.CDLL(None, use_errno=True)
deadline = struct.pack("IIQiIQQQ", 48, 6, 0, 0, 0, 10**7, 10**8, 10**8)
number = 314 if platform.machine() == "x86_64" else 274
if libc.syscall(ctypes.c_long(number), ctypes.c_long(0), deadline, ctypes.c_long(0)) == 0:
    print("ESCAPED deadline scheduling")
print("contained")
