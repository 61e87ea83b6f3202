# what: becomes the reaper of its orphans and lets them outlive it
# layers: pid_namespace, seccomp
import ctypes, os, time

ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
for _ in range(4):
    try:
        if os.fork() == 0:
            if os.fork() == 0:
                os.closerange(0, 256)
                time.sleep(600)
            os._exit(0)
    except OSError:
        break
time.sleep(0.1)
print("contained")
