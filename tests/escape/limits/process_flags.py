# what: changes flags of the process that protect it or us: dumpable, speculation, no_new_privs, securebits, tracer
# layers: seccomp
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(38, 0, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS cannot be taken back
if libc.prctl(39, 0, 0, 0, 0) != 1:
    print("ESCAPED no_new_privs is off")
for name, option, value in (
    ("PR_SET_SECUREBITS", 28, 0),
    ("PR_SET_DUMPABLE", 4, 1),
    ("PR_SET_PTRACER", 0x59616D61, -1),
    ("PR_SET_MM", 35, 1),
    ("PR_SET_TSC", 26, 2),
    ("PR_SET_IO_FLUSHER", 57, 1),
    ("PR_SET_SYSCALL_USER_DISPATCH", 59, 1),
    ("PR_SCHED_CORE", 62, 1),
):
    if libc.prctl(option, ctypes.c_long(value), ctypes.c_long(0), ctypes.c_long(0), ctypes.c_long(0)) == 0:
        print("ESCAPED", name)
print("contained")
