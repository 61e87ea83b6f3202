# what: a child that forks itself on and on, always a new process id, to outrun who kills by list
# layers: pid_namespace, seccomp@locked-down
import os, time

try:
    if os.fork() == 0:
        os.closerange(0, 256)
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            if os.fork() != 0:
                os._exit(0)
            os.setsid()
        os._exit(0)
except OSError:
    pass
time.sleep(0.3)
print("contained")
