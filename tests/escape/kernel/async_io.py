# what: io_setup: the older asynchronous interface, memory that no limit counts
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


context = ctypes.c_ulong(0)
if call(206, 0, 4, ctypes.byref(context)) == 0:
    print("ESCAPED io_setup", hex(context.value))
    call(207, 1, ctypes.c_long(context.value))
print("contained")
