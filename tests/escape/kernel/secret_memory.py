# what: memory that no limit counts and no one can look into: memfd_secret, memfd_create, hugetlb, locked
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

for name, numbers, arguments in (("memfd_secret", (447, 447), (0,)), ("memfd_create", (319, 279), (ctypes.c_char_p(b"x"), 0)),
                                 ("memfd_create huge", (319, 279), (ctypes.c_char_p(b"x"), 4)),
                                 ("memfd_create exec", (319, 279), (ctypes.c_char_p(b"x"), 0x10))):
    fd = call(*numbers, *arguments)
    if fd >= 0:
        print("ESCAPED", name)
        os.close(fd)
page = id(os) & ~4095
for name, numbers, arguments in (("mlockall", (151, 230), (2,)), ("mlock", (149, 228), (page, 4096)), ("mlock2", (325, 284), (page, 4096, 1))):
    if call(*numbers, *arguments) == 0:
        print("ESCAPED", name)
        call(152, 231)
print("contained")
