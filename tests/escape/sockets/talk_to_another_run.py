# what: two runs meet over autobound datagram pairs in the network namespace they share, and pass a descriptor
# layers: seccomp, landlock
# runs: 2 at once
import array
import os
import socket
import time

kind = socket.SOCK_DGRAM
until = time.monotonic() + 4
try:
    mine, partner = socket.socketpair(socket.AF_UNIX, kind)
    mine.setsockopt(socket.SOL_SOCKET, 16, 1)
    mine.send(b"x")
    partner.close()
    try:
        mine.send(b"x")
    except OSError:
        pass
    own = mine.getsockname()
except OSError:
    own = b""
if own and ROLE == 0:
    mine.settimeout(0.1)
    while time.monotonic() < until:
        try:
            data, fds, _, _ = socket.recv_fds(mine, 64, 1)
        except OSError:
            continue
        if data == TOKEN.encode():
            print("ESCAPED got a message from another run", fds and os.read(fds[0], 20))
            break
elif own:
    reader, writer = os.pipe()
    os.write(writer, b"through a descriptor")
    sender = socket.socketpair(socket.AF_UNIX, kind)[0]
    sender.setblocking(False)
    found = False
    while time.monotonic() < until and not found:
        for number in range(1 << 20):
            name = b"\0%05x" % number
            if name == own:
                continue
            try:
                socket.send_fds(sender, [TOKEN.encode()], [reader], 0, name)
                found = True
            except OSError:
                pass
            if number % 4096 == 0 and time.monotonic() > until:
                break
print("contained")
