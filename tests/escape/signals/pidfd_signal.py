# what: takes hold of the service by a pidfd and signals through it
# layers: pid_namespace, seccomp
import ctypes, os

libc = ctypes.CDLL(None, use_errno=True)
PIDFD_SEND_SIGNAL, PIDFD_OPEN, SIGURG = 424, 434, 23


def call(number, *arguments):
    return libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) for a in arguments])


for pid in {SERVICE_PID, ZYGOTE_PID, os.getppid()} - {0, 1, os.getpid()}:
    for flags in (0, os.O_EXCL):  # O_EXCL: PIDFD_THREAD
        fd = call(PIDFD_OPEN, pid, flags)
        if fd >= 0:
            print("ESCAPED pidfd_open", pid)
            if call(PIDFD_SEND_SIGNAL, fd, SIGURG, 0, 0) == 0:
                print("ESCAPED pidfd_send_signal", pid)
    # A descriptor of /proc/PID serves as one, too.
    try:
        fd = os.open("/proc/%d" % pid, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        continue
    if call(PIDFD_SEND_SIGNAL, fd, SIGURG, 0, 0) == 0:
        print("ESCAPED signal by /proc", pid)
print("contained")
