# what: moves itself into the service's process group, and the service out of it
# layers: pid_namespace, session
import os

for pid, group in ((0, SERVICE_PID), (0, ZYGOTE_PID), (SERVICE_PID, 0), (ZYGOTE_PID, 0), (SERVICE_PID, os.getpid())):
    if pid == os.getpid() or group == os.getpid() == pid:
        continue
    try:
        os.setpgid(pid, group)
        print("ESCAPED setpgid", pid, group)
    except OSError:
        pass
try:
    os.setsid()
except OSError:
    pass
print("contained")
