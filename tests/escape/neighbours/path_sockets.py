# what: two runs meet at a UNIX socket with a path
# layers: tmpfs, seccomp
# runs: 2 at once
import os, socket, tempfile, time

for directory in {tempfile.gettempdir(), os.getcwd(), "/tmp", "/dev/shm", "/var/tmp", "/run", SERVICE_CWD}:
    path = os.path.join(directory, TOKEN)
    try:
        a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    except OSError:
        a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if ROLE == 0:
            a.bind(path)
            print("ESCAPED bound", path)
            time.sleep(0.3)
            os.unlink(path)
        else:
            time.sleep(0.1)
            a.connect(path)
            print("ESCAPED connected to the other run at", path)
    except OSError:
        pass
    try:
        if b.type == socket.SOCK_DGRAM:
            b.sendto(b"x", path)
            print("ESCAPED sent to", path)
    except OSError:
        pass
print("contained")
