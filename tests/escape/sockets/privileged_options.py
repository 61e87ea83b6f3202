# what: socket options that need privilege, on a socket pair: force buffers, marks, devices, busy polling
# layers: capabilities, identity, seccomp
import socket
import struct

left, right = socket.socketpair()
for name, option, value in (("SO_SNDBUFFORCE", 32, 1 << 30), ("SO_RCVBUFFORCE", 33, 1 << 30), ("SO_MARK", 36, 1),
                            ("SO_PRIORITY", 12, 7), ("SO_DEBUG", 1, 1), ("SO_RESERVE_MEM", 73, 1 << 30), ("SO_PREFER_BUSY_POLL", 69, 1), ("SO_BUSY_POLL_BUDGET", 70, 1 << 14), ("SO_TXTIME", 61, 1)):
    try:
        left.setsockopt(socket.SOL_SOCKET, option, struct.pack("i", value) if name != "SO_TXTIME" else struct.pack("ii", 0, 0))
        print("ESCAPED", name)
    except OSError:
        pass
for size in (1 << 30, 1 << 26):
    try:
        left.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size)
    except OSError:
        pass
    if left.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) > 1 << 25:
        print("ESCAPED a buffer of", left.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF))
print("contained")
