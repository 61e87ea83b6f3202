# what: setfsuid(0) and setfsgid(0), which report no errors
# layers: seccomp, identity
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
X86 = platform.machine() == "x86_64"


def call(x86, arm, *arguments):
    ctypes.set_errno(0)
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return libc.syscall(ctypes.c_long(x86 if X86 else arm), *words)


for name, numbers in dict(setfsuid=(122, 151), setfsgid=(123, 152)).items():
    for wanted in (0, 1, 1000):
        call(*numbers, wanted)
        if call(*numbers, -1) == wanted:
            print("ESCAPED", name, "is now", wanted)
print("contained")
