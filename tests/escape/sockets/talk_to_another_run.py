# what: two runs meet over autobound datagram pairs in the network namespace they share, and pass a descriptor
# layers: seccomp, landlock
# runs: 2 at once
import os
import select
import socket
import struct
import time

until = time.monotonic() + 3


def named():
    end, partner = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    end.setsockopt(socket.SOL_SOCKET, 16, 1)
    end.send(b"x")
    partner.close()
    try:
        end.send(b"x")
    except OSError:
        pass
    end.setblocking(False)
    return end


try:
    ends = [named() for _ in range(60 if ROLE == 0 else 1)]
except OSError:
    ends = []
if ends and ends[0].getsockname() and ROLE == 0:
    got = set()
    while time.monotonic() < until and not got:
        for end in select.select(ends, [], [], 0.1)[0]:
            data, ancillary, _, _ = end.recvmsg(64, 4096)
            for _, kind, value in ancillary if data == TOKEN.encode() else ():
                got.add(os.read(struct.unpack("i", value)[0], 30) if kind == socket.SCM_RIGHTS else data)
    if got:
        print("ESCAPED got from another run, through its descriptor:", got)
elif ends and ends[0].getsockname():
    reader, writer = os.pipe()
    os.write(writer, b"hello" * 6)
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("i", reader))]  # send_fds() forgets the address
    sent = 0
    while time.monotonic() < until and sent < 4:
        for number in range(0, 1 << 20):
            try:
                ends[0].sendmsg([TOKEN.encode()], rights, 0, b"\0%05x" % number)
                sent += 1
            except OSError:
                pass
            if number % 1024 == 0 and time.monotonic() > until:
                break
print("contained")
