# what: reads and times the CPU clocks of other processes: a meter on what they do
# layers: seccomp, pid_namespace
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
import struct

out = ctypes.create_string_buffer(16)
for pid in {SERVICE_PID, ZYGOTE_PID} - {0, os.getpid()}:
    for kind in (0, 1, 2, 4, 5, 6):
        clock = (~pid << 3) | kind
        if call(228, 113, clock, out) == 0:
            print("ESCAPED clock", kind, "of", pid, struct.unpack("qq", out.raw))
        timer = ctypes.c_int()
        event = ctypes.create_string_buffer(struct.pack("QiI", 0, 0, 1), 64)
        if call(222, 107, clock, event, ctypes.byref(timer)) == 0:
            print("ESCAPED timer on the clock of", pid)
            call(226, 111, timer.value)
print("contained")
