# what: acct, reboot (switching Ctrl-Alt-Del to what it is), syslog, vhangup
# layers: seccomp, capabilities, identity
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

path = os.path.join(tempfile.gettempdir(), "acct")
open(path, "w").close()
if call(163, 89, ctypes.c_char_p(path.encode())) == 0:
    print("ESCAPED accounting")
    call(163, 89, ctypes.c_long(0))
if call(169, 142, 0xFEE1DEAD, 672274793, 0x89ABCDEF, 0) == 0:
    print("ESCAPED reboot")
if call(153, 58) == 0:
    print("ESCAPED vhangup")
print("contained")
