# what: O_TMPFILE where nothing may be created, and giving such a file a name there
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
import sys
import tempfile

AT_EMPTY_PATH, AT_SYMLINK_FOLLOW = 0x1000, 0x400
places = ["/", "/usr/lib", "/etc", "/dev", "/var/tmp", "/run", "/var/cache/codeexec", SERVICE_CWD, os.path.dirname(os.__file__),
          os.path.dirname(SECRET_FILE)]
for place in places:
    if os.path.realpath(place) == os.path.realpath(tempfile.gettempdir()):
        continue
    try:
        fd = os.open(place, os.O_TMPFILE | os.O_RDWR, 0o600)
        print("ESCAPED unnamed file in", place)
        os.close(fd)
    except OSError:
        pass
    try:
        fd = os.open(tempfile.gettempdir(), os.O_TMPFILE | os.O_RDWR, 0o600)
    except OSError:
        continue
    name = ctypes.c_char_p((place + "/" + TOKEN).encode())
    for source, at, flags in ((b"", fd, AT_EMPTY_PATH), (b"/proc/self/fd/%d" % fd, -100, AT_SYMLINK_FOLLOW)):
        if call(265, 37, at, ctypes.c_char_p(source), -100, name, flags) == 0:
            print("ESCAPED linked into", place)
            os.unlink(place + "/" + TOKEN)
    os.close(fd)
print("contained")
