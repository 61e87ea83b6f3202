# what: makes a sibling with CLONE_PARENT, whose exit status shall pass for the program's
# layers: supervision, seccomp@locked-down
import ctypes, os, platform, signal, time

libc = ctypes.CDLL(None, use_errno=True)
CLONE_PARENT = 0x8000
clone = 56 if platform.machine() == "x86_64" else 220
for status in (0, 77):
    pid = libc.syscall(ctypes.c_long(clone), ctypes.c_long(CLONE_PARENT | signal.SIGCHLD), ctypes.c_long(0),
                       ctypes.c_long(0), ctypes.c_long(0), ctypes.c_long(0))
    if pid == 0:
        os._exit(status)
time.sleep(0.3)
print("contained")
