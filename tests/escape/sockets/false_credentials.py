# what: sends credentials that are not its own over a socket pair: pid 1, uid 0
# layers: capabilities, identity
import os
import socket
import struct

SCM_CREDENTIALS, SO_PASSCRED = 2, 16
left, right = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
try:
    right.setsockopt(socket.SOL_SOCKET, SO_PASSCRED, 1)
except OSError:
    pass  # they could be sent all the same
right.setblocking(False)
for pid, uid, gid in ((1, os.getuid(), os.getgid()), (os.getppid(), os.getuid(), os.getgid()), (os.getpid(), 0, 0), (os.getpid(), os.getuid() + 1, 0),
                      (SERVICE_PID, os.getuid(), os.getgid()), (ZYGOTE_PID, 0, 0)):
    if (pid, uid, gid) == (os.getpid(), os.getuid(), os.getgid()):
        continue
    try:
        left.sendmsg([b"x"], [(socket.SOL_SOCKET, SCM_CREDENTIALS, struct.pack("iII", pid, uid, gid))])
        print("ESCAPED credentials", pid, uid, gid)
    except OSError:
        pass
print("contained")
