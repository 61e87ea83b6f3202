# what: learns who is at the other end of its channel and takes hold of it: SO_PEERCRED, SO_PEERPIDFD, SCM credentials
# layers: seccomp, pid_namespace
import ctypes, os, signal, socket, stat, struct

libc = ctypes.CDLL(None, use_errno=True)
for fd in range(3, 256):
    try:
        if not stat.S_ISSOCK(os.fstat(fd).st_mode):
            continue
    except OSError:
        continue
    channel = socket.socket(fileno=os.dup(fd))
    pids = set()
    try:
        pids.add(struct.unpack("3i", channel.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0])
        pidfd = channel.getsockopt(socket.SOL_SOCKET, 77)
        if libc.syscall(*[ctypes.c_long(n) for n in (424, pidfd, signal.SIGURG, 0, 0)]) == 0:
            print("ESCAPED signalled the peer by its pidfd")
        for target in range(20):
            if libc.syscall(*[ctypes.c_long(n) for n in (438, pidfd, target, 0)]) >= 0:
                print("ESCAPED took descriptor", target, "of the peer")
    except OSError:
        pass
    for pid in pids - {0, 1, os.getpid()}:
        try:
            os.kill(pid, signal.SIGURG)
            print("ESCAPED signalled the peer", pid)
        except OSError:
            pass
print("contained")
