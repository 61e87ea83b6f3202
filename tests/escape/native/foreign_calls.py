# what: calls the kernel by the x32 table, whose numbers a careless filter does not know
# layers: seccomp
# expect: contained, signaled
import ctypes, os, platform

libc = ctypes.CDLL(None, use_errno=True)
if platform.machine() == "x86_64":
    for number in (39, 102, 57, 63, 520, 521, 539, 101, 165):
        result = libc.syscall(ctypes.c_long(0x40000000 | number), *[ctypes.c_long(0)] * 6)
        if result == 0 and number == 57:
            os._exit(0)
        if result >= 0:
            print("ESCAPED x32 call", number, result)
print("contained")
