# what: children and descriptors sent to themselves hold the streams open after the end
# layers: supervision, seccomp@locked-down
import array, os, socket, time

a, b = socket.socketpair()
try:
    a.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [1, 2]))])
except OSError:
    pass
for _ in range(4):
    try:
        if os.fork() == 0:
            time.sleep(30)  # far beyond what a machine may stall for at the end
            os.write(2, b"ESCAPED the answer waited for a child\n")
            os._exit(0)
    except OSError:
        pass
print("contained")
