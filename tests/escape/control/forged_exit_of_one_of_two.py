# what: says that it has ended, for the service to end the run that is beside it
# layers: supervision
# runs: 2 at once
import os, socket, stat, struct, time

channels = []
for fd in range(3, 256):
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode):
            channels.append(socket.socket(fileno=os.dup(fd)))
    except OSError:
        pass
print("contained", flush=True)
if ROLE == 0:
    time.sleep(0.3)
    for channel in channels:
        channel.send(CONTROL_MAGIC["EXITED"])
else:
    for _ in range(20):
        time.sleep(0.1)
    print("contained")
