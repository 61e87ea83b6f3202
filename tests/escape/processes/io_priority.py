# what: takes the real-time class of the disk scheduler, for itself and for everything of its user
# layers: seccomp
import ctypes, os, platform

libc = ctypes.CDLL(None, use_errno=True)
ioprio_set = 251 if platform.machine() == "x86_64" else 30
REAL_TIME, BEST_EFFORT = 1 << 13, 2 << 13 | 4
for which, who, value in ((1, 0, REAL_TIME), (1, SERVICE_PID, BEST_EFFORT), (2, SERVICE_PID, BEST_EFFORT), (3, os.getuid(), BEST_EFFORT)):
    if libc.syscall(ctypes.c_long(ioprio_set), ctypes.c_long(which), ctypes.c_long(who), ctypes.c_long(value)) == 0:
        print("ESCAPED ioprio_set", which, who, value)
print("contained")
