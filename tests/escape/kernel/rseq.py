# what: registers restartable sequences with kernel addresses and a second area
# layers: kernel
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
X86 = platform.machine() == "x86_64"


def call(x86, arm, *arguments):
    ctypes.set_errno(0)
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return libc.syscall(ctypes.c_long(x86 if X86 else arm), *words)


area = ctypes.create_string_buffer(128)
aligned = (ctypes.addressof(area) + 63) & ~63
for address in (0xFFFFFFFF81000000, 0xFFFF888000000000, aligned, aligned + 1, 0):
    for size in (32, 33, 64, 0, 1 << 20):
        for signature in (0, 0x53053053):
            if call(334, 293, address, size, 0, signature) == 0 and address != aligned:
                print("ESCAPED registered", hex(address), size)
print("contained")
