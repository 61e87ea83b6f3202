# what: chown in all its forms on files that are not its own (to the owner they have)
# layers: new_root, seccomp

def attempt(name, function, *arguments):
    try:
        result = function(*arguments)
    except OSError:
        return
    print("ESCAPED", name, repr(result)[:200])

import os
import sys

for path in (SECRET_FILE, SERVICE_CWD, os.path.dirname(SECRET_FILE), os.__file__, os.path.dirname(os.__file__), sys.executable,
             "/dev/null", "/", "/etc/hosts"):
    try:
        status = os.stat(path)
    except OSError:
        continue
    for uid, gid in ((status.st_uid, status.st_gid), (status.st_uid, -1), (-1, status.st_gid), (os.getuid(), os.getgid())):
        attempt("chown " + path, os.chown, path, uid, gid)
        attempt("lchown " + path, os.lchown, path, uid, gid)
        try:
            fd = os.open(path, os.O_RDONLY)
        except OSError:
            continue
        attempt("fchown " + path, os.fchown, fd, uid, gid)
        os.close(fd)
print("contained")
