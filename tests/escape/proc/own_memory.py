# what: writes over its own code through /proc/self/mem, which asks no page for permission
# layers: new_root, landlock
import ctypes
import os

libc = ctypes.CDLL(None)
address = ctypes.cast(libc.getpid, ctypes.c_void_p).value
before = ctypes.string_at(address, 4)
for name in ("/proc/self/mem", "/proc/thread-self/mem", f"/proc/{os.getpid()}/mem", f"/proc/self/task/{os.getpid()}/mem"):
    try:
        memory = os.open(name, os.O_RDWR)
        os.pwrite(memory, before, address)  # the same bytes
        print("ESCAPED wrote code through", name)
    except OSError:
        pass
print("contained")
