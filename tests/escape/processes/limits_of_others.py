# what: reads and sets the limits of the service and the fork server with prlimit
# layers: pid_namespace, identity, seccomp
import os, resource

for pid in {SERVICE_PID, ZYGOTE_PID, os.getppid(), 1} - {0, os.getpid()}:
    try:
        limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        print("ESCAPED read limits of", pid, limits)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)
        print("ESCAPED set limits of", pid)
    except OSError:
        pass
print("contained")
