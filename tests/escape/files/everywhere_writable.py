# what: walks all that is visible and tries to create a file in each directory
# layers: new_root, landlock
import os
import tempfile
import time

skip = {"/proc", "/sys", "/dev/shm", "/tmp", os.path.realpath(tempfile.gettempdir()), os.path.realpath(os.getcwd())}
until = time.monotonic() + 2
for top in ("/dev", "/etc", "/var", "/usr/share", "/run", "/home", "/root", "/opt", "/lib", "/usr/local", "/usr", "/"):
    for directory, below, _ in os.walk(top):
        below[:] = [name for name in below if os.path.join(directory, name) not in skip]
        if time.monotonic() > until:
            break
        path = os.path.join(directory, TOKEN)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except OSError:
            continue
        print("ESCAPED writable", directory)
        os.unlink(path)
print("contained")
