# what: fills the control channel until nothing goes in any more, and never ends
# layers: supervision
# expect: timeout
# request: "timeout": 1
import os, socket, stat, time

for fd in range(3, 256):
    try:
        if not stat.S_ISSOCK(os.fstat(fd).st_mode):
            continue
    except OSError:
        continue
    channel = socket.socket(fileno=os.dup(fd))
    try:
        while True:
            channel.send(CONTROL_MAGIC["STARTED"], socket.MSG_DONTWAIT)
    except OSError:
        pass
while True:
    time.sleep(1)
