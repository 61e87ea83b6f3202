# what: sends descriptors to the service, as many as go, for it to keep
# layers: supervision
import array, os, socket, stat

start, end = os.pipe()
for fd in range(3, 256):
    try:
        if not stat.S_ISSOCK(os.fstat(fd).st_mode):
            continue
    except OSError:
        continue
    channel = socket.socket(fileno=os.dup(fd))
    try:
        for _ in range(1000):
            channel.sendmsg([CONTROL_MAGIC["STARTED"]], [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
                            array.array("i", [0, 1, 2, start, end] * 40))], socket.MSG_DONTWAIT)
    except OSError:
        pass
print("contained")
