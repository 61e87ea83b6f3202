# what: opens a read-only descriptor anew, for writing, through /proc/self/fd
# layers: new_root, landlock
import os
import sys

for path in (os.__file__, sys.executable, SECRET_FILE, "/etc/hosts", "/dev/zero", "/"):
    try:
        fd = os.open(path, os.O_RDONLY)
    except OSError:
        continue
    for name in (f"/proc/self/fd/{fd}", f"/dev/fd/{fd}", f"/proc/thread-self/fd/{fd}", f"/proc/{os.getpid()}/fd/{fd}"):
        for flags in (os.O_WRONLY, os.O_RDWR):
            try:
                os.close(os.open(name, flags))
                if path != "/dev/zero":
                    print("ESCAPED reopened", path)
            except OSError:
                pass
    try:
        path = f"/proc/self/fd/{fd}/../{TOKEN}"
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        print("ESCAPED created", path)
        os.unlink(path)
    except OSError:
        pass
print("contained")
