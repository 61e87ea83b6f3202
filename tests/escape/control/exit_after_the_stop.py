# what: says that it has ended only when it is told to stop, to turn a time limit into a good end
# layers: supervision
# expect: timeout
# request: "timeout": 1
import os, select, signal, socket, stat

signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
channels = []
for fd in range(3, 256):
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode):
            channels.append(socket.socket(fileno=os.dup(fd)))
    except OSError:
        pass
while True:
    for channel in select.select(channels, [], [])[0]:
        for _ in range(100):
            try:
                channel.send(CONTROL_MAGIC["EXITED"], socket.MSG_DONTWAIT)
            except OSError:
                break
