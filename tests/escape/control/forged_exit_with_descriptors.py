# what: says that it has ended, and gives the service descriptors to keep, or to be blocked by when it closes them
# layers: supervision
# expect: exited, timeout
# request: "timeout": 3
import array, os, socket, stat, time

channels = []
for fd in range(3, 256):
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode):
            channels.append(socket.socket(fileno=os.dup(fd)))
    except OSError:
        pass
start, end = os.pipe()
extra = [start, end] + [os.dup(end) for _ in range(100)]
for channel in channels:
    for count in (200, 8, 1):
        try:
            fds = array.array("i", (extra * 3)[:count])
            channel.sendmsg([CONTROL_MAGIC["EXITED"]], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)], socket.MSG_DONTWAIT)
        except OSError:
            pass
time.sleep(60)
