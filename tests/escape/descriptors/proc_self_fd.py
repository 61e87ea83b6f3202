# what: opens its own descriptors anew through /proc/self/fd, with more rights than they have
# layers: descriptors, new_root, landlock
import os

for directory in ("/proc/self/fd", "/dev/fd", "/proc/thread-self/fd", "/proc/%d/fd" % os.getpid()):
    try:
        names = os.listdir(directory)
    except OSError:
        continue
    for name in names:
        if int(name) < 3:
            continue
        try:
            fd = os.open(directory + "/" + name, os.O_RDWR)
            print("ESCAPED opened", name, os.readlink(directory + "/" + name))
            os.close(fd)
        except OSError:
            pass
print("contained")
