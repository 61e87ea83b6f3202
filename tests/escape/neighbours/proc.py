# what: looks through /proc for the other run: its files, its memory, its environment, its descriptors
# layers: new_root, pid_namespace, landlock
# runs: 2 at once
import os, time

os.environ[TOKEN] = "here"
with open(TOKEN + "-open", "w") as kept:
    kept.write("here")
kept = open(TOKEN + "-open")
own = {os.getpid()}
try:
    own.add(int(os.readlink("/proc/self")))  # what it is called there: that may be another namespace's
except (OSError, ValueError):
    pass
time.sleep(0.2)
for pid in [*range(2, 300), *range(max(300, SERVICE_PID), SERVICE_PID + 500)]:
    if pid in own:
        continue
    for name in ("environ", "mem", "maps", "cwd/%s-open" % TOKEN, "fd/0", "fd/3", "fd/4", "root/tmp/%s-open" % TOKEN):
        try:
            fd = os.open("/proc/%d/%s" % (pid, name), os.O_RDONLY | os.O_NONBLOCK)
            print("ESCAPED opened", pid, name)
            os.close(fd)
        except OSError:
            pass
time.sleep(0.2)
print("contained")
