# what: TIOCSTI, TIOCLINUX, TIOCSCTTY, TIOCSETD, TIOCCONS on the descriptors it has
# layers: seccomp, session, descriptors
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

null = os.open("/dev/null", os.O_RDWR)
buffer = ctypes.create_string_buffer(64)
calls = dict(TIOCSTI=0x5412, TIOCLINUX=0x541C, TIOCCONS=0x541D, TIOCSCTTY=0x540E, TIOCNOTTY=0x5422, TIOCSETD=0x5423, TIOCSPGRP=0x5410,
             TIOCVHANGUP=0x5437, TIOCGPTPEER=0x5441, TIOCGPTN=0x80045430, KDSETKEYCODE=0x4B4D, KDSKBENT=0x4B47, PIO_FONT=0x4B61,
             VT_ACTIVATE=0x5606, TIOCGDEV=0x80045432, TCSETS=0x5402, TIOCSWINSZ=0x5414, TIOCPKT=0x5420)
for name, code in calls.items():
    for high in (0, 1 << 32):
        for fd in (0, 1, 2, null):
            if call(16, 29, fd, code | high, buffer) == 0:
                print("ESCAPED", name, "on", fd)
print("contained")
