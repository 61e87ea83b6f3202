# what: reads the request to stop off the channel before the runner sees it, and never ends
# layers: supervision
# expect: timeout
# request: "timeout": 1
import os, signal, socket, stat, time

signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
channels = []
for fd in range(3, 256):
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode):
            channels.append(socket.socket(fileno=os.dup(fd)))
    except OSError:
        pass
while True:
    for channel in channels:
        try:
            channel.recv(65536, socket.MSG_DONTWAIT)
        except OSError:
            pass
    time.sleep(0.001)
