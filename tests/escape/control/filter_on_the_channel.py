# what: puts a socket filter on the channel that drops what the service sends, and makes its buffers tiny
# layers: supervision
# expect: timeout
# request: "timeout": 1
import ctypes, os, socket, stat, struct

drop = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0))  # BPF: return 0
program = struct.pack("HxxxxxxQ", 1, ctypes.addressof(drop))
for fd in range(3, 256):
    try:
        if not stat.S_ISSOCK(os.fstat(fd).st_mode):
            continue
    except OSError:
        continue
    channel = socket.socket(fileno=os.dup(fd))
    for option, value in ((26, program), (44, 1), (socket.SO_RCVBUF, 1), (socket.SO_SNDBUF, 1), (socket.SO_PASSCRED, 1)):
        try:
            channel.setsockopt(socket.SOL_SOCKET, option, value)
        except OSError:
            pass
while True:
    pass
