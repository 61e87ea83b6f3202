# what: sets host and domain name (to what they are)
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
import socket

name = socket.gethostname().encode()
if call(170, 161, ctypes.c_char_p(name), len(name)) == 0:
    print("ESCAPED sethostname")
if call(171, 162, ctypes.c_char_p(b"(none)"), 6) == 0:
    print("ESCAPED setdomainname")
if SERVICE_CWD and os.uname().nodename != name.decode():
    print("ESCAPED", os.uname())
print("contained")
