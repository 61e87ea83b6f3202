# what: leaves a daemon behind: double fork, new session, streams closed
# layers: pid_namespace, seccomp@locked-down
import os, time

try:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.closerange(0, 256)
            time.sleep(600)
        os._exit(0)
except OSError:
    pass
time.sleep(0.1)
print("contained")
