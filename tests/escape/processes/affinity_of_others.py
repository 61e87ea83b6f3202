# what: pins the service and the fork server to processors
# layers: pid_namespace, identity, seccomp
import os

mask = os.sched_getaffinity(0)
for pid in {SERVICE_PID, ZYGOTE_PID, os.getppid(), 1} - {0, os.getpid()}:
    try:
        os.sched_setaffinity(pid, mask)
        print("ESCAPED pinned", pid)
    except OSError:
        pass
print("contained")
