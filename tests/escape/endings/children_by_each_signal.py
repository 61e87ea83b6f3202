# what: children die by each signal, which must not be taken for the program's end
# layers: supervision, seccomp@locked-down
import os, signal

for number in range(1, 65):
    try:
        pid = os.fork()
    except OSError:
        break
    if pid == 0:
        try:
            signal.signal(number, signal.SIG_DFL)
        except (OSError, ValueError):
            pass
        os.kill(os.getpid(), number)
        os._exit(1)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
print("contained")
