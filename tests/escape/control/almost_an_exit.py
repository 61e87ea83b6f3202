# what: sends frames that are nearly the one that says that it has ended: cut, too long, of other sizes, versions and types
# layers: supervision
import os, socket, stat, struct

channels = []
for fd in range(3, 256):
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode):
            channels.append(socket.socket(fileno=os.dup(fd)))
    except OSError:
        pass
exited = CONTROL_MAGIC["EXITED"]
frames = [exited[:n] for n in range(len(exited))] + [exited + b"\0" * n for n in (1, 8, 4096, 49136, 60000)]
frames += [exited[:4] + struct.pack("<I", size) + exited[8:] for size in (0, 8, 15, 17, 0x7FFFFFFF, 0xFFFFFFFF)]
frames += [struct.pack("<H", version) + exited[2:] for version in (0, 1, 3, 0xFFFF)]
frames += [exited[:2] + struct.pack("<H", kind) + exited[4:] for kind in (0, 51, 52, 54, 0xFFFF)]
for frame in frames:
    for channel in channels:
        try:
            channel.send(frame, socket.MSG_DONTWAIT)
        except OSError:
            pass
print("contained")
