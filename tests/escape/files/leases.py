# what: takes leases on read-only files, which hold up whoever wants to write or replace them
# layers: seccomp, kernel
import fcntl
import os
import sys

for path in (SECRET_FILE, os.__file__, sys.executable, "/etc/hosts", "/etc/ld.so.cache", "/dev/null"):
    try:
        fd = os.open(path, os.O_RDONLY)
    except OSError:
        continue
    for kind in (fcntl.F_RDLCK, fcntl.F_WRLCK):
        try:
            fcntl.fcntl(fd, fcntl.F_SETLEASE, kind)
        except OSError:
            continue
        print("ESCAPED lease on", path)
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    os.close(fd)
print("contained")
