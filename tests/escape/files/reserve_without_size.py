# what: fallocate(KEEP_SIZE), which takes space but heeds no RLIMIT_FSIZE
# layers: tmpfs, seccomp
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
import resource
import tempfile

limit = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
limit = min(limit, 1 << 28) if limit > 0 else 1 << 28
base = tempfile.gettempdir()
for mode in (1, 1 | 0x10, 0x10):
    taken = 0
    fds = []
    for i in range(8):
        path = os.path.join(base, f"reserve{i}")
        fd = os.open(path, os.O_CREAT | os.O_RDWR)
        fds.append((fd, path))
        call(285, 47, fd, mode, 0, limit)
        taken += os.fstat(fd).st_blocks * 512
    # A few files, each of the limit: what all may take together is the bound of the whole directory.
    if taken >= 6 * limit:
        print("ESCAPED reserved", taken, "bytes; one file may hold", limit)
    for fd, path in fds:
        os.close(fd)
        os.unlink(path)
print("contained")
