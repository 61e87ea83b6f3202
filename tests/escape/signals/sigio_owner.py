# what: has the kernel signal the other run: F_SETOWN and F_SETSIG on an own socket, then O_ASYNC
# layers: pid_namespace, identity, own_signals, landlock
# runs: 2 at once
import fcntl, os, signal, socket, struct, time

F_SETSIG, F_SETOWN_EX = 10, 15
hits = []
signal.signal(signal.SIGURG, lambda number, frame: hits.append(1))
if ROLE == 0:
    time.sleep(0.2)
    a, b = socket.socketpair()
    a.setblocking(False)
    try:
        fcntl.fcntl(a, F_SETSIG, signal.SIGURG)
        fcntl.fcntl(a, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
    except OSError:
        pass
    for pid in [*range(2, 100), *range(max(2, SERVICE_PID - 20), SERVICE_PID + 1500)]:
        if pid == os.getpid():
            continue
        for command, owner in (
            (fcntl.F_SETOWN, pid),
            (fcntl.F_SETOWN, -pid),
            (F_SETOWN_EX, struct.pack("ii", 0, pid)),
            (F_SETOWN_EX, struct.pack("ii", 1, pid)),
        ):
            try:
                fcntl.fcntl(a, command, owner)
            except OSError:
                continue
            b.send(b"x")
            a.recv(16)
else:
    time.sleep(1.2)
    if hits:
        print("ESCAPED the kernel carried the other run's signal")
print("contained")
