# what: changes the pipes it was given: non-blocking, O_ASYNC with itself as owner, size, leases, locks
# layers: supervision
import fcntl, os, signal

for fd in (0, 1, 2):
    for command, value in (
        (1031, 4096),  # F_SETPIPE_SZ
        (1031, 1 << 20),
        (fcntl.F_SETOWN, os.getpid()),
        (10, signal.SIGURG),  # F_SETSIG
        (fcntl.F_SETFL, os.O_NONBLOCK | os.O_ASYNC | os.O_APPEND | os.O_DIRECT),
    ):
        try:
            fcntl.fcntl(fd, command, value)
        except OSError:
            pass
print("contained", flush=True)
