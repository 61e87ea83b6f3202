# what: opens the interpreter, its modules and its libraries for writing
# layers: new_root, landlock
import ctypes.util
import glob
import json
import os
import sys

files = {os.__file__, json.__file__, sys.executable, os.path.realpath(sys.executable), "/lib64/ld-linux-x86-64.so.2"}
files |= set(glob.glob("/lib/*/libc.so*") + glob.glob("/usr/lib/*/libc.so*") + glob.glob("/lib/ld-*"))
for directory in sys.path:
    files |= set(glob.glob(directory + "/*.py")[:20] + glob.glob(directory + "/*.so")[:5])
mine = os.getcwd()
for path in sorted(files):
    if path.startswith(mine):
        continue
    for flags in (os.O_WRONLY, os.O_RDWR, os.O_WRONLY | os.O_APPEND, os.O_RDWR | os.O_CREAT, 3):
        try:
            fd = os.open(path, flags)
        except OSError:
            continue
        if flags != 3:  # mode 3: needs the right to read and write, gives neither
            print("ESCAPED open for writing", path, flags)
        os.close(fd)
print("contained")
