# what: sends every kind of frame on the control channel in the runner's name, and goes on
# layers: supervision
import os, socket, stat

for fd in range(3, 256):
    try:
        if not stat.S_ISSOCK(os.fstat(fd).st_mode):
            continue
        channel = socket.socket(fileno=os.dup(fd))
    except OSError:
        continue
    for frame in CONTROL_MAGIC.values():
        try:
            channel.send(frame, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
        except OSError:
            pass
    channel.close()
print("contained")
