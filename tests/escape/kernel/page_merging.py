# what: offers pages to KSM, which merges them with those of other runs: a write then tells by its time
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

import mmap

area = mmap.mmap(-1, 1 << 16)
try:
    area.madvise(12)
    print("ESCAPED madvise(MADV_MERGEABLE)")
    area.madvise(13)
except OSError:
    pass
if call(157, 167, 67, 1, 0, 0, 0) == 0:
    print("ESCAPED prctl(PR_SET_MEMORY_MERGE)")
    call(157, 167, 67, 0, 0, 0, 0)
print("contained")
