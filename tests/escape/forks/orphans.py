# what: has init reap orphans by the hundred
# layers: supervision, seccomp@locked-down
# request: "timeout": 120
import os

try:
    for _ in range(300):
        pid = os.fork()
        if pid == 0:
            for _ in range(3):
                if os.fork() == 0:
                    os._exit(0)
            os._exit(0)
        os.waitpid(pid, 0)
except OSError:
    pass
print("contained")
