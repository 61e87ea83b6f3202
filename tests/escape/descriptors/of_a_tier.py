# what: looks for what its zygote holds: other zygotes' channels, locks, directories of the machine, pidfds, inotify
# layers: descriptors
import fcntl, os, stat

import pandas

for fd in range(3, 1024):
    try:
        status = os.fstat(fd)
    except OSError:
        continue
    kind = stat.S_IFMT(status.st_mode)
    try:
        target = os.readlink("/proc/self/fd/%d" % fd)
    except OSError:
        target = ""
    if stat.S_ISDIR(kind):
        print("ESCAPED a directory", fd, target)
    elif kind == 0:
        print("ESCAPED an anonymous inode", fd, target)
    try:
        fcntl.flock(fd, fcntl.LOCK_UN)
        if not stat.S_ISSOCK(kind):
            print("ESCAPED something to unlock", fd, target)
    except OSError:
        pass
    try:
        os.fchdir(fd)
        print("ESCAPED somewhere to go", fd)
    except OSError:
        pass
print("contained")
