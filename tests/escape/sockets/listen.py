# what: listens on ports, on paths and on abstract names, for others to come
# layers: seccomp
import socket
import tempfile

for family, kind, address in ((socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)), (socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0)),
                              (socket.AF_INET, socket.SOCK_DGRAM, ("0.0.0.0", 0)), (socket.AF_UNIX, socket.SOCK_STREAM, "\0" + TOKEN),
                              (socket.AF_UNIX, socket.SOCK_DGRAM, "\0" + TOKEN), (socket.AF_UNIX, socket.SOCK_STREAM, ""),
                              (socket.AF_UNIX, socket.SOCK_SEQPACKET, tempfile.gettempdir() + "/socket")):
    try:
        server = socket.socket(family, kind)
        server.bind(address)
        if kind != socket.SOCK_DGRAM:
            server.listen()
        print("ESCAPED bound", family, server.getsockname())
        server.close()
    except OSError:
        pass
# The ends of a pair are sockets too.
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
    try:
        left, right = socket.socketpair(socket.AF_UNIX, kind)
    except OSError:
        continue
    for name, function in (("bind", lambda: left.bind("\0" + TOKEN)), ("listen", right.listen), ("connect", lambda: left.connect("\0" + TOKEN)),
                           ("accept", right.accept)):
        right.setblocking(False)
        try:
            function()
            print("ESCAPED", name, "on a pair", kind)
        except OSError:
            pass
print("contained")
