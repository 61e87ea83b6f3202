# what: opens performance counters and tracepoints, on itself, others and every CPU
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
import struct

for kind, config in ((0, 0), (1, 0), (1, 9), (2, 1), (3, 0), (4, 0), (5, 0)):
    for pid, cpu in ((0, -1), (-1, 0), (SERVICE_PID, -1), (os.getppid(), -1)):
        for flags in (0, 1 << 5 | 1 << 6):
            attributes = ctypes.create_string_buffer(struct.pack("IIQQQQQ", kind, 128, config, 1000, 1, 0, flags), 128)
            fd = call(298, 241, attributes, pid, cpu, -1, 0)
            if fd >= 0:
                print("ESCAPED perf event", kind, config, pid, cpu)
                os.close(fd)
print("contained")
