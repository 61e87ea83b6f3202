# what: every prctl option that changes something: MM, PTRACER, SUBREAPER, TSC, SPECULATION, MDWE, VMA names
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


options = dict(SET_UNALIGN=(6, 1), SET_TIMING=(14, 0), SET_TSC=(26, 1), TASK_PERF_DISABLE=(31, 0), TASK_PERF_ENABLE=(32, 0), SET_TIMERSLACK=(29, 1),
               MCE_KILL=(33, 1, 0), SET_MM=(35, 14, 0), SET_PTRACER=(0x59616D61, -1), SET_CHILD_SUBREAPER=(36, 1), SET_THP_DISABLE=(41, 1),
               SET_SPECULATION_CTRL=(53, 0, 2), PAC_RESET_KEYS=(54, 0), SET_TAGGED_ADDR=(55, 1), SET_IO_FLUSHER=(57, 1),
               SET_SYSCALL_USER_DISPATCH=(59, 0, 0), SCHED_CORE=(62, 1, 0, 0), SCHED_CORE_GET=(62, 0, 0, 0), SET_VMA=(0x53564D41, 0, 0),
               SET_MEMORY_MERGE=(67, 1), SET_ENDIAN=(20, 0), CAPBSET_DROP=(24, 40), SET_MDWE=(65, 1), GET_AUXV=(0x41555856, 0, 0),
               FUTEX_HASH=(78, 1, 4), RSEQ_SLICE=(79, 2, 1))
for name, (option, *arguments) in options.items():
    result = call(157, 167, option, *(arguments + [0, 0, 0, 0])[:4])
    if result >= 0:
        print("ESCAPED prctl", name, result)
print("contained")
