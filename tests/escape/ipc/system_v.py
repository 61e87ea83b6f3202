# what: makes System V shared memory, semaphores and queues
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


for key in (0, 0x1234):
    for name, get, control in (("shm", (29, 194, key, 4096, 0o1666), (31, 195)), ("sem", (64, 190, key, 1, 0o1666), (66, 191)),
                               ("msg", (68, 186, key, 0o1666), (71, 187))):
        identity = call(*get)
        if identity >= 0:
            print("ESCAPED made", name, identity)
            if name == "sem":
                call(*control, identity, 0, 0)
            else:
                call(*control, identity, 0, 0)
print("contained")
