# what: queues signals to itself without end, each of which is kernel memory
# layers: rlimits
import ctypes, os, platform, signal, struct

libc = ctypes.CDLL(None, use_errno=True)
number = 129 if platform.machine() == "x86_64" else 138
signal.pthread_sigmask(signal.SIG_BLOCK, [40])
info = ctypes.create_string_buffer(struct.pack("iii", 40, 0, -1), 128)
queued = 0
while queued < 50000 and libc.syscall(ctypes.c_long(number), ctypes.c_long(os.getpid()), ctypes.c_long(40), info) == 0:
    queued += 1
if queued > 5000:
    print("ESCAPED", queued, "signals")
print("contained")
