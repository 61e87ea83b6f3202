# what: asks the kernel for addresses inside the service with get_robust_list
# layers: pid_namespace, identity, seccomp@locked-down
import ctypes, os, platform

libc = ctypes.CDLL(None, use_errno=True)
number = 274 if platform.machine() == "x86_64" else 100
for pid in {SERVICE_PID, ZYGOTE_PID, os.getppid()} - {0, 1, os.getpid()}:
    head, size = ctypes.c_void_p(), ctypes.c_size_t()
    if libc.syscall(ctypes.c_long(number), ctypes.c_long(pid), ctypes.byref(head), ctypes.byref(size)) == 0:
        print("ESCAPED the list of", pid, "is at", head.value)
print("contained")
