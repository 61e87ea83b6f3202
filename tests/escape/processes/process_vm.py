# what: reads and writes the memory of the service and the fork server with process_vm_readv and _writev
# layers: pid_namespace, identity, seccomp
import ctypes, os, platform

libc = ctypes.CDLL(None, use_errno=True)
x86 = platform.machine() == "x86_64"


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]


buffer = ctypes.create_string_buffer(4096)
local = Vector(ctypes.addressof(buffer), 4096)
# The guest is a copy of the fork server: whatever is at an address here is there, too.
page = ctypes.cast(libc.getenv, ctypes.c_void_p).value & ~4095
remote = Vector(page, 4096)
for pid in {SERVICE_PID, ZYGOTE_PID, os.getppid(), 1} - {0, os.getpid()}:
    got = libc.syscall(ctypes.c_long(310 if x86 else 270), ctypes.c_long(pid), ctypes.byref(local), ctypes.c_long(1),
                       ctypes.byref(remote), ctypes.c_long(1), ctypes.c_long(0))
    if got > 0:
        print("ESCAPED read", got, "bytes of", pid)
    # Nothing is written: no vectors. Who may not gets an error all the same.
    if libc.syscall(ctypes.c_long(311 if x86 else 271), ctypes.c_long(pid), ctypes.byref(local), ctypes.c_long(1),
                    ctypes.byref(Vector(8, 1)), ctypes.c_long(1), ctypes.c_long(0)) > 0:
        print("ESCAPED wrote to", pid)
print("contained")
