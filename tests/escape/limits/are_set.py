# what: looks for a limit that nobody set
# layers: rlimits
import resource

for name in ("AS", "DATA", "NPROC", "NOFILE", "FSIZE", "STACK", "CPU", "CORE", "MEMLOCK", "MSGQUEUE", "NICE", "RTPRIO", "SIGPENDING"):
    if resource.getrlimit(getattr(resource, "RLIMIT_" + name))[1] == -1:
        print("ESCAPED no limit", name)
print("contained")
