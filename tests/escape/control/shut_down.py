# what: shuts the control channel down in both directions and never ends
# layers: supervision
# expect: timeout
# request: "timeout": 1
import os, socket, stat

for fd in range(3, 256):
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode):
            socket.socket(fileno=os.dup(fd)).shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
while True:
    pass
