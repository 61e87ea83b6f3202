# what: calls kept for old programs: uselib, nfsservctl, lookup_dcookie, ustat, sysfs, _sysctl, vserver and more
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


buffer = ctypes.create_string_buffer(256)
text = ctypes.c_char_p(b"/usr/lib/x86_64-linux-gnu/libc.so.6")
for name, numbers, arguments in (("uselib", (134, -1), (text,)), ("nfsservctl", (180, 42), (0, 0, 0)),
                                 ("lookup_dcookie", (212, 18), (1, buffer, 256)),
                                 ("ustat", (136, -1), (0x801, buffer)), ("sysfs", (139, -1), (3,)), ("sysfs names", (139, -1), (2, 1, buffer)),
                                 ("_sysctl", (156, -1), (buffer,)), ("vserver", (236, -1), (0,)), ("security", (185, -1), (0,)),
                                 ("afs_syscall", (183, -1), (0,)), ("tuxcall", (184, -1), (0,)), ("getpmsg", (181, -1), (0,)),
                                 ("putpmsg", (182, -1), (0,)), ("epoll_ctl_old", (214, -1), (0,)), ("epoll_wait_old", (215, -1), (0,)),
                                 ("remap_file_pages", (216, 234), (0, 0, 0, 0, 0)), ("sync", (162, 81), ()), ("syncfs", (306, 267), (0,))):
    if call(*numbers, *arguments) >= 0:
        print("ESCAPED", name)
print("contained")
