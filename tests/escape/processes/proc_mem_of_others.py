# what: opens the memory of the service, the fork server and its parent in /proc
# layers: new_root, pid_namespace, identity, landlock
import os

for pid in {SERVICE_PID, ZYGOTE_PID, os.getppid(), 1} - {0, os.getpid()}:
    for name in ("mem", "maps", "environ", "auxv", "stack", "pagemap", "syscall"):
        for mode in ("rb", "r+b"):
            try:
                with open("/proc/%d/%s" % (pid, name), mode, 0) as file:
                    print("ESCAPED opened", pid, name, mode, file.read(200) if name == "environ" else "")
            except OSError:
                pass
print("contained")
