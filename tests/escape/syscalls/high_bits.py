# what: known numbers and checked arguments with the upper 32 bits set, where filter and kernel might differ
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

import os
import tempfile

for bits in (1 << 32, 1 << 63, 0xFFFFFFFF << 32):
    for name, numbers, arguments in (("socket", (41, 198), (1, 1, 0)), ("unshare", (272, 97), (0x10000000,)), ("userfaultfd", (323, 282), (1,)),
                                     ("add_key", (248, 217), (0, 0, 0, 0, -1)),
                                     ("inotify", (294, 26), (0,)), ("epoll by mq", (240, 180), (0, 0, 0, 0)),
                                     ("personality", (135, 92), (0xFFFFFFFF,)), ("memfd", (319, 279), (ctypes.c_char_p(b"x"), 0))):
        result = call(numbers[0] | bits, numbers[1] | bits, *arguments)
        if result >= 0:
            print("ESCAPED", name, hex(bits))
    checks = (("mmap", (9, 222), (0, 4096, 7 | bits, 0x22, -1, 0)), ("mmap flags", (9, 222), (0, 4096, 5, 0x22 | bits, -1, 0)),
              ("pair", (53, 199), (16 | bits, 3, 0, (ctypes.c_int * 2)())), ("prctl", (157, 167), (4 | bits, 1, 0, 0, 0)),
              ("prlimit", (302, 261), (os.getppid() | bits, 7, 0, ctypes.create_string_buffer(16))),
              ("device", (259, 33), (-100, ctypes.c_char_p((tempfile.gettempdir() + "/" + TOKEN).encode()), 0o020666 | bits, 0x103)),
              ("nice", (141, 140), (2 | bits, 0, 0)), ("ioctl", (16, 29), (0, 0x8901 | bits, ctypes.byref(ctypes.c_int(1)))))
    for name, numbers, arguments in checks:
        result = call(*numbers, *arguments)
        if result >= 0:
            print("ESCAPED", name, "with high bits", hex(bits))
print("contained")
