# what: truncates foreign files to the size they have, and empty ones with O_TRUNC and only the right to read
# layers: new_root, landlock

def attempt(name, function, *arguments):
    try:
        result = function(*arguments)
    except OSError:
        return
    print("ESCAPED", name, repr(result)[:200])

import glob
import os
import sys

lib = os.path.dirname(os.__file__)
for path in (SECRET_FILE, os.__file__, sys.executable, "/etc/hosts", "/etc/ld.so.cache"):
    try:
        size = os.stat(path).st_size
    except OSError:
        continue
    attempt("truncate " + path, os.truncate, path, size)
    try:
        fd = os.open(path, os.O_RDONLY)
    except OSError:
        continue
    attempt("ftruncate " + path, os.ftruncate, fd, size)
    attempt("fallocate " + path, os.posix_fallocate, fd, 0, size)
    os.close(fd)
empty = [path for path in glob.glob(lib + "/*/__init__.py") + glob.glob(lib + "/*/*/__init__.py") if os.stat(path).st_size == 0]
for path in empty[:20]:
    for flags in (os.O_RDONLY | os.O_TRUNC, os.O_WRONLY | os.O_TRUNC, os.O_RDONLY | os.O_TRUNC | os.O_CREAT):
        attempt("O_TRUNC " + path, os.open, path, flags)
print("contained")
