# what: says that it has ended, with the best of exit codes, and never ends
# layers: supervision
# expect: exited, timeout
# request: "timeout": 3
import os, signal, socket, stat

signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
channels = []
for fd in range(3, 256):
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode):
            channels.append(socket.socket(fileno=os.dup(fd)))
    except OSError:
        pass
for channel in channels:
    channel.send(CONTROL_MAGIC["EXITED"])
while True:
    pass
