# what: writes over the code of loaded libraries: remapping, mprotect, MAP_FIXED, then back to executable
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


address = ctypes.cast(libc.getpid, ctypes.c_void_p).value & ~4095
# PROT_READ stays: taking the right to execute from running code would only end the run.
if call(10, 226, address, 4096, 7) == 0:
    print("ESCAPED code is writable")
for protection in (3, 7):
    copy = call(9, 222, 0, 4096, 3, 0x22, -1, 0)
    moved = call(25, 216, copy, 4096, 4096, 1 | 2, copy + (1 << 30))
    if moved > 0 and call(10, 226, moved, 4096, protection | 4) == 0:
        print("ESCAPED moved memory is executable")
for advice in (4, 8, 9, 18, 22, 23):
    call(28, 233, address, 0, advice)
print("contained")
