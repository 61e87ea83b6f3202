# what: chmod in all its forms on files that are not its own (to the mode they have)
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
import stat
import sys

for path in (SECRET_FILE, SERVICE_CWD, os.path.dirname(SECRET_FILE), os.__file__, os.path.dirname(os.__file__), sys.executable,
             "/dev/null", "/", "/etc/hosts"):
    try:
        mode = stat.S_IMODE(os.stat(path).st_mode)
    except OSError:
        continue
    attempt("chmod " + path, os.chmod, path, mode)
    if call(268, 53, -100, ctypes.c_char_p(path.encode()), mode) == 0 or call(452, 452, -100, ctypes.c_char_p(path.encode()), mode, 0) == 0:
        print("ESCAPED fchmodat", path)
    try:
        fd = os.open(path, os.O_RDONLY)
    except OSError:
        continue
    attempt("fchmod " + path, os.fchmod, fd, mode)
    if call(452, 452, fd, ctypes.c_char_p(b""), mode, 0x1000) == 0:
        print("ESCAPED fchmodat2 of a descriptor", path)
    os.close(fd)
print("contained")
