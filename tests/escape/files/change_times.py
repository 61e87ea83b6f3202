# what: sets the times of files that are not its own (to what they are): a trace, and a channel
# layers: new_root, seccomp
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
X86 = platform.machine() == "x86_64"


def call(x86, arm, *arguments):
    ctypes.set_errno(0)
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return libc.syscall(ctypes.c_long(x86 if X86 else arm), *words)


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
    same = (status.st_atime_ns, status.st_mtime_ns)
    attempt("utime " + path, lambda: os.utime(path, ns=same))
    attempt("utime, no follow " + path, lambda: os.utime(path, ns=same, follow_symlinks=False))
    try:
        fd = os.open(path, os.O_RDONLY)
    except OSError:
        continue
    attempt("futimens " + path, lambda: os.utime(fd, ns=same))
    if call(280, 88, fd, ctypes.c_long(0), ctypes.c_char_p(b"\0" * 8 + b"\xfe\xff\xff\x3f" + b"\0" * 12 + b"\xfe\xff\xff\x3f" + b"\0" * 4), 0) == 0:
        # both UTIME_OMIT: changes nothing and is granted to anyone; only a sign that the call is reachable
        pass
    os.close(fd)
print("contained")
