# what: has the request to stop signal the service in its place (F_SETOWN on the channel), and never ends
# layers: pid_namespace, identity, own_signals, supervision
# expect: timeout
# request: "timeout": 1
import fcntl, os, signal, stat, struct

for fd in range(3, 256):
    try:
        if not stat.S_ISSOCK(os.fstat(fd).st_mode):
            continue
    except OSError:
        continue
    for command, value in (
        (10, signal.SIGURG),  # F_SETSIG
        (fcntl.F_SETOWN, SERVICE_PID),
        (15, struct.pack("ii", 1, SERVICE_PID)),  # F_SETOWN_EX
        (fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK),
    ):
        try:
            fcntl.fcntl(fd, command, value)
        except OSError:
            pass
while True:
    pass
