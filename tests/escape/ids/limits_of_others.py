# what: reads and sets the limits of the service, the fork server and its parent
# layers: seccomp
import os
import resource

for pid in {SERVICE_PID, ZYGOTE_PID, os.getppid(), 1}:
    if pid in (0, os.getpid()):
        continue
    try:
        limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        print("ESCAPED read limits of", pid, limits)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)
        print("ESCAPED set limits of", pid)
    except OSError:
        pass
print("contained")
