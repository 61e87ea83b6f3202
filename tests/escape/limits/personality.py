# what: asks for another personality: everything readable is executable, no randomised addresses
# layers: seccomp
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
for value in (0x0400000, 0x0040000, 0x0200000, 0x0008, 0xFFFFFFFF):
    if libc.personality(ctypes.c_ulong(value)) >= 0:
        print("ESCAPED personality", hex(value))
print("contained")
