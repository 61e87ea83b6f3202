# what: one writable and one executable view of the same pages: memfd, shared memory, a file, SysV
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

views = []
for name, numbers, arguments in (("memfd", (319, 279), (ctypes.c_char_p(b"x"), 0)), ("memfd exec", (319, 279), (ctypes.c_char_p(b"x"), 0x10)),
                                 ("secret", (447, 447), (0,))):
    fd = call(*numbers, *arguments)
    if fd >= 0:
        os.ftruncate(fd, 4096)
        views.append((name, fd))
for name, fd in views:
    if call(9, 222, 0, 4096, 3, 1, fd, 0) > 0 and call(9, 222, 0, 4096, 5, 1, fd, 0) > 0:
        print("ESCAPED two views of", name)
identity = call(29, 194, 0, 4096, 0o1700)
if identity >= 0:
    for flags in (0, 0o100000):
        if call(30, 196, identity, 0, flags) > 0 and flags:
            print("ESCAPED attached executable")
    call(31, 195, identity, 0, 0)
area = call(9, 222, 0, 4096, 3, 0x21, -1, 0)
if area > 0:
    second = call(25, 216, area, 0, 4096, 1, 0)
    for address in (area, second):
        if address > 0 and call(10, 226, address, 4096, 5) == 0:
            print("ESCAPED second view by mremap")
print("contained")
