# what: a POSIX timer whose expiry signals a thread of another process (SIGEV_THREAD_ID)
# layers: kernel, pid_namespace
import ctypes, os, platform, struct

libc = ctypes.CDLL(None, use_errno=True)
create, delete = (222, 226) if platform.machine() == "x86_64" else (107, 111)
SIGEV_THREAD_ID, SIGURG, CLOCK_MONOTONIC = 4, 23, 1
for pid in {SERVICE_PID, ZYGOTE_PID, os.getppid()} - {0, 1, os.getpid()}:
    event = ctypes.create_string_buffer(struct.pack("QiiI", 0, SIGURG, SIGEV_THREAD_ID, pid), 64)
    timer = ctypes.c_int()
    if libc.syscall(ctypes.c_long(create), ctypes.c_long(CLOCK_MONOTONIC), event, ctypes.byref(timer)) == 0:
        print("ESCAPED a timer that signals", pid)
        libc.syscall(ctypes.c_long(delete), ctypes.c_long(timer.value))
print("contained")
