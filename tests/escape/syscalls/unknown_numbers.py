# what: numbers that no kernel has, or only a later one: each gives an errno
# layers: seccomp, kernel
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
X86 = platform.machine() == "x86_64"


def call(x86, arm, *arguments):
    ctypes.set_errno(0)
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return libc.syscall(ctypes.c_long(x86 if X86 else arm), *words)


# Not 335 and 336: uretprobe and uprobe, which the kernel lets past every filter and answers with SIGILL.
numbers = list(range(470, 1200)) + list(range(337, 424)) + [1 << n for n in range(10, 31)] + [-2, -100, 0x7FFFFFFF, -(1 << 31), 0x3FFFFFFF]
numbers += list(range(548, 700)) + [0xC0000000 + n for n in range(16)] + [0x0F0000 + n for n in range(16)]
for number in numbers:
    if number & 0x40000000 and number > 0 or not X86 and number < 470:
        continue
    result = call(number, number, 0, 0, 0, 0, 0, 0)
    if result != -1 or ctypes.get_errno() == 0:
        print("ESCAPED call", number, "answered", result)
print("contained")
