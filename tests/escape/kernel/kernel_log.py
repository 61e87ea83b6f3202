# what: reads the kernel log and its size with syslog()
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


buffer = ctypes.create_string_buffer(4096)
for kind in (3, 9, 10, 2):
    if kind == 2:
        continue  # would wait for news
    size = call(103, 116, kind, buffer, 4096)
    if size >= 0:
        print("ESCAPED syslog", kind, size, buffer.raw[:60])
print("contained")
