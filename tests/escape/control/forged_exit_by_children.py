# what: has every child and thread say that the program has ended, over and over, with any status, while it goes on
# layers: supervision
# expect: exited, timeout, processes
# request: "timeout": 5
import os, random, socket, stat, struct, threading, time

channels = []
for fd in range(3, 256):
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode):
            channels.append(socket.socket(fileno=os.dup(fd)))
    except OSError:
        pass


def lie():
    while True:
        for channel in channels:
            status = random.choice([0, 1, 255, 256, 0x7FFFFFFF, 0xFFFFFFFF])
            try:
                channel.send(CONTROL_MAGIC["EXITED"][:8] + struct.pack("<II", status, status), socket.MSG_DONTWAIT)
            except OSError:
                pass


for _ in range(3):
    try:
        if os.fork() == 0:
            os.setsid()
            lie()
    except OSError:
        pass
threads = [threading.Thread(target=lie) for _ in range(3)]
for thread in threads:
    thread.start()
while True:
    time.sleep(1)
