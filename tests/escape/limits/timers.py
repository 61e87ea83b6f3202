# what: makes POSIX timers without end, each of which is kernel memory
# layers: rlimits
import ctypes, platform

libc = ctypes.CDLL(None, use_errno=True)
number = 222 if platform.machine() == "x86_64" else 107
timer = ctypes.c_int()
made = 0
while made < 20000 and libc.syscall(ctypes.c_long(number), ctypes.c_long(1), None, ctypes.byref(timer)) == 0:
    made += 1
if made > 5000:
    print("ESCAPED", made, "timers")
print("contained")
