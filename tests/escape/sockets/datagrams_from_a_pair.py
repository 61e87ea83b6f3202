# what: sends from one end of a datagram pair to a named socket: sendto needs no connect
# layers: seccomp
import os
import socket

SO_PASSCRED, SO_PASSSEC, SO_PASSPIDFD = 16, 34, 76
for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
    for option in (SO_PASSCRED, SO_PASSSEC, SO_PASSPIDFD):
        try:
            receiver, partner = socket.socketpair(socket.AF_UNIX, kind)
            receiver.setsockopt(socket.SOL_SOCKET, option, 1)
            receiver.send(b"x")  # gives it an abstract name, without bind()
        except OSError:
            continue
        name = receiver.getsockname()
        partner.close()
        try:
            receiver.send(b"x")  # refused, and from now on anyone may send to it
        except OSError:
            pass
        if not name:
            continue
        print("ESCAPED has a name that all runs can see", name)
        sender = socket.socketpair(socket.AF_UNIX, kind)[0]
        receiver.settimeout(0.2)
        try:
            sender.sendto(b"hello", name)
            print("ESCAPED sent to a named socket", receiver.recv(10))
        except OSError:
            pass
for path in ("/dev/log", "/run/systemd/notify", "/run/systemd/journal/socket", "/run/systemd/journal/dev-log"):
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            socket.socketpair(socket.AF_UNIX, kind)[0].sendto(b"", path)
            print("ESCAPED sent to", path)
        except OSError:
            pass
print("contained")
