# what: two runs meet at an abstract UNIX socket
# layers: seccomp
# runs: 2 at once
import socket, time

for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
    name = "\0%s-%d" % (TOKEN, kind)
    try:
        s = socket.socket(socket.AF_UNIX, kind)
        print("ESCAPED a socket of kind", kind)
        if ROLE == 0:
            s.bind(name)
            time.sleep(0.5)
        else:
            time.sleep(0.2)
            s.connect(name)
            print("ESCAPED connected to the other run")
    except OSError:
        pass
# A pair's end has no name: it cannot be found, but can it be given one?
a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
for attempt in (lambda: a.bind("\0" + TOKEN), lambda: a.bind(""), lambda: b.connect("\0" + TOKEN)):
    try:
        attempt()
        print("ESCAPED named or connected a pair's end")
    except OSError:
        pass
print("contained")
