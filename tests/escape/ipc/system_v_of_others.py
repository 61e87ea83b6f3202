# what: looks for, attaches and reads the System V objects of others
# layers: seccomp, ipc_namespace
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
X86 = platform.machine() == "x86_64"


def call(x86, arm, *arguments):
    ctypes.set_errno(0)
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return libc.syscall(ctypes.c_long(x86 if X86 else arm), *words)


SHM_STAT, SHM_INFO, SHM_STAT_ANY, SEM_STAT, SEM_INFO, MSG_STAT, MSG_INFO = 13, 14, 15, 18, 19, 11, 12
buffer = ctypes.create_string_buffer(512)
for index in range(64):
    for name, control, arguments in (("shm", (31, 195), (index, SHM_STAT, buffer)), ("shm any", (31, 195), (index, SHM_STAT_ANY, buffer)),
                                     ("msg", (71, 187), (index, MSG_STAT, buffer)), ("sem", (66, 191), (index, 0, SEM_STAT, buffer))):
        if call(*control, *arguments) >= 0:
            print("ESCAPED saw", name, index)
    address = call(30, 196, index, 0, 0o10000)
    if address > 0:
        print("ESCAPED attached", index, ctypes.string_at(address, 16))
        call(67, 197, address)
    if call(70, 188, index, buffer, 400, 0, 0o4000 | 0o40000) >= 0:
        print("ESCAPED read a message", index)
print("contained")
