# what: raises ambient capabilities and looks for any left in the bounding set
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


for capability in range(64):
    if call(157, 167, 47, 2, capability, 0, 0) == 0:
        print("ESCAPED ambient", capability)
    if call(157, 167, 23, capability, 0, 0, 0) == 1 and call(157, 167, 47, 1, capability, 0, 0) == 1:
        print("ESCAPED ambient and bounded", capability)
print("contained")
