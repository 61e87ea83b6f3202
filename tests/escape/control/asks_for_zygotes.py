# what: asks for guests and zygotes, and speaks as one, on every socket it has, with descriptors to be used
# layers: supervision
import array, os, socket, stat, struct

channels = []
for fd in range(3, 256):
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode):
            channels.append(socket.socket(fileno=os.dup(fd)))
    except OSError:
        pass
ends = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(2)]
fds = array.array("i", [end.fileno() for pair in ends for end in pair])
header = CONTROL_MAGIC["TIER"]
tier = header[:4] + struct.pack("<III", 16 + 3, 7, 3) + b"os\0"
spawn = CONTROL_MAGIC["SPAWN"][:4] + struct.pack("<IQII", 24, 1 << 16, 0, 0)
hello = CONTROL_MAGIC["HELLO"][:4] + struct.pack("<IIIQII", 32, 0x030B00F0, 1, 0, 0, 0)
frames = [tier, spawn, hello] + [CONTROL_MAGIC[name] for name in ("TIER", "SPAWN", "BEGUN", "LEAVE", "GONE", "HELLO")]
for frame in frames:
    for channel in channels:
        for count in (0, 1, 2):
            rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds[:count])] if count else []
            try:
                channel.sendmsg([frame], rights, socket.MSG_DONTWAIT)
            except OSError:
                pass
for pair in ends:
    for end in pair:
        try:
            if end.recv(65536, socket.MSG_DONTWAIT):
                print("ESCAPED somebody answered")
        except OSError:
            pass
print("contained")
