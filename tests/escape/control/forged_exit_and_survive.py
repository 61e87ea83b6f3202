# what: says that it has ended and uses the time until that is acted on: children in sessions of their own, names to find
# layers: supervision, pid_namespace
# expect: exited, timeout, processes
# request: "timeout": 5
import os, signal, socket, stat, tempfile, threading

signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
channels = []
for fd in range(3, 256):
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode):
            channels.append(socket.socket(fileno=os.dup(fd)))
    except OSError:
        pass


def spread():
    for i in range(10):
        try:
            if os.fork() == 0:
                os.setsid()
                signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
        except OSError:
            pass
        for directory in (tempfile.gettempdir(), "/tmp", "/dev/shm", SERVICE_CWD):
            try:
                open("%s/%s-%d-%d" % (directory, TOKEN, os.getpid(), i), "w").close()
            except OSError:
                pass


thread = threading.Thread(target=spread)
thread.start()
for channel in channels:
    try:
        channel.send(CONTROL_MAGIC["EXITED"])
    except OSError:
        pass
spread()
while True:
    pass
