# what: asks a socket pair for interfaces and addresses, sets owners that get its signals
# layers: seccomp
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
import struct

left, right = socket.socketpair()
buffer = ctypes.create_string_buffer(4096)
area = ctypes.create_string_buffer(4096)
codes = dict(SIOCGIFNAME=0x8910, SIOCGIFCONF=0x8912, SIOCGIFADDR=0x8915, SIOCSIFADDR=0x8916, SIOCGIFHWADDR=0x8927, SIOCGIFINDEX=0x8933,
             SIOCSIFFLAGS=0x8914, SIOCADDRT=0x890B, SIOCGARP=0x8954, SIOCBRADDBR=0x89A0, SIOCUNIXFILE=0x89E0, SIOCGSTAMP=0x8906,
             SIOCOUTQ=0x5411, SIOCETHTOOL=0x8946, SIOCGSKNS=0x894C)
for name, code in codes.items():
    struct.pack_into("iiP", buffer, 0, 4096, 0, ctypes.addressof(area))
    if name == "SIOCGIFHWADDR":
        struct.pack_into("16s", buffer, 0, b"lo")
    if call(16, 29, left.fileno(), code, buffer) >= 0 and name != "SIOCOUTQ":
        print("ESCAPED", name)
for pid in {SERVICE_PID, os.getppid(), 1, -1}:
    for name, code in dict(FIOSETOWN=0x8901, SIOCSPGRP=0x8902).items():
        owner = ctypes.c_int(pid)
        if call(16, 29, left.fileno(), code, ctypes.byref(owner)) == 0:
            print("ESCAPED", name, pid)
print("contained")
