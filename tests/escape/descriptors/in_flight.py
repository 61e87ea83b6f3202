# what: keeps descriptors beyond its limit in messages to itself, nested into one another
# layers: rlimits
import array, os, socket

null = os.open(os.devnull, os.O_RDONLY)
held, sent = [], 0
try:
    for _ in range(100):
        a, b = socket.socketpair()
        a.setblocking(False)
        try:
            while sent < 20000:
                fds = array.array("i", [null] * 200 + [end.fileno() for pair in held[-1:] for end in pair])
                a.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
                sent += len(fds)
        except BlockingIOError:
            pass
        held.append((a, b))
except OSError:
    pass
if sent > 10000:
    print("ESCAPED", sent, "descriptors in flight")
print("contained")
