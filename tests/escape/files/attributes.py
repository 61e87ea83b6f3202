# what: sets and removes extended attributes and access lists of foreign files
# layers: seccomp, new_root

def attempt(name, function, *arguments):
    try:
        result = function(*arguments)
    except OSError:
        return
    print("ESCAPED", name, repr(result)[:200])

import os
import sys

acl = b"\x02\0\0\0" + b"".join(tag + perm + b"\0\xff\xff\xff\xff" for tag, perm in ()) or b"\x02\0\0\0"
for path in (SECRET_FILE, os.__file__, sys.executable, "/", SERVICE_CWD, "/etc/hosts"):
    for name, value in (("user.codeexec", b"1"), ("trusted.x", b"1"), ("security.x", b"1"), ("system.posix_acl_access", acl)):
        attempt(f"set {name} {path}", os.setxattr, path, name, value)
        attempt(f"set {name} {path}, no follow", lambda: os.setxattr(path, name, value, follow_symlinks=False))
        try:
            fd = os.open(path, os.O_RDONLY)
        except OSError:
            continue
        attempt(f"fset {name} {path}", os.setxattr, fd, name, value)
        attempt(f"fremove {name} {path}", os.removexattr, fd, name)
        os.close(fd)
print("contained")
