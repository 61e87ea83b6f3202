# what: keeps memory in the buffers of socket pairs, made as large as they go
# layers: seccomp, cgroup_v1, cgroup_v2
# expect: contained, memory
# request: "timeout": 60, "max_memory_mb": 64
import socket

total, pairs = 0, []
try:
    while total < 300 << 20:
        try:
            a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        except PermissionError:
            a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        pairs.append((a, b))
        for end in (a, b):
            end.setblocking(False)
            for option in (socket.SO_SNDBUF, socket.SO_RCVBUF, 32, 33):  # and SO_SNDBUFFORCE, SO_RCVBUFFORCE
                try:
                    end.setsockopt(socket.SOL_SOCKET, option, 1 << 24)
                except OSError:
                    pass
            try:
                while True:
                    total += end.send(b"x" * 65536)
            except BlockingIOError:
                pass
except OSError:
    pass
if total > 128 << 20:
    print("ESCAPED", total >> 20, "MiB in socket buffers")
print("contained")
