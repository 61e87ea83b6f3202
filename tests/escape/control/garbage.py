# what: sends malformed frames: empty, cut short, huge, of wrong sizes, versions and types
# layers: supervision
import os, random, socket, stat

frames = [b"", b"\0", b"\xff" * 8, b"x" * 49152, b"x" * 49153, b"x" * 150000]
for frame in CONTROL_MAGIC.values():
    frames += [frame[:5], frame + b"\0", frame + b"x" * 40000, frame[:4] + b"\xff\xff\xff\xff", frame[:4] + b"\0\0\0\0"]
frames += [random.randbytes(random.randrange(200)) for _ in range(200)]
for fd in range(3, 256):
    try:
        if not stat.S_ISSOCK(os.fstat(fd).st_mode):
            continue
    except OSError:
        continue
    channel = socket.socket(fileno=os.dup(fd))
    for frame in frames:
        try:
            channel.send(frame, socket.MSG_DONTWAIT)
        except OSError:
            pass
print("contained")
