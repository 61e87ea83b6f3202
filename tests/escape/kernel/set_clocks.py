# what: sets the time of the machine (to what it is): settimeofday, clock_settime, adjtimex
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

import struct
import time

now = time.time_ns()
zone = ctypes.create_string_buffer(8)
if call(164, 170, ctypes.c_long(0), zone) == 0:
    print("ESCAPED settimeofday")
for clock in (0, 1, 4, 7, 9, 11):
    out = ctypes.create_string_buffer(16)
    if call(228, 113, clock, out) == 0 and call(227, 112, clock, out) == 0:
        print("ESCAPED clock_settime", clock)
    timex = ctypes.create_string_buffer(512)
    if clock == 0 and call(159, 171, timex) >= 0:
        struct.pack_into("I", timex, 0, 0x4000)  # ADJ_TICK, with the tick that was read
        if call(159, 171, timex) >= 0:
            print("ESCAPED adjtimex")
    timex = ctypes.create_string_buffer(512)
    struct.pack_into("I", timex, 0, 0x0100)  # ADJ_SETOFFSET by nothing
    if call(305, 266, clock, timex) >= 0:
        print("ESCAPED clock_adjtime", clock)
print("contained")
