# what: makes processes with the bare system calls: clone, clone3, vfork's flags
# layers: rlimits, cgroup_v1, cgroup_v2, seccomp@locked-down
# expect: contained, processes
import ctypes, os, platform, signal, time

libc = ctypes.CDLL(None, use_errno=True)
clone = 56 if platform.machine() == "x86_64" else 220
arguments = (ctypes.c_uint64 * 11)(0, 0, 0, 0, signal.SIGCHLD)
made = 0
for number in range(300):
    if number % 2:
        pid = libc.syscall(ctypes.c_long(435), arguments, ctypes.c_long(88))
    else:
        pid = libc.syscall(ctypes.c_long(clone), *[ctypes.c_long(a) for a in (signal.SIGCHLD, 0, 0, 0, 0)])
    if pid == 0:
        time.sleep(600)
        os._exit(0)
    made += pid > 0
if made > 150:
    print("ESCAPED", made, "processes")
print("contained")
