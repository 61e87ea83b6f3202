# what: writes to its own read-only code through /proc/self/mem, which ignores page protections
# layers: new_root, landlock
import ctypes, os

address = ctypes.cast(ctypes.CDLL(None).getenv, ctypes.c_void_p).value
same = ctypes.string_at(address, 16)
for path in ("/proc/self/mem", "/proc/thread-self/mem", "/proc/%d/mem" % os.getpid(), "/proc/self/task/%d/mem" % os.getpid()):
    try:
        fd = os.open(path, os.O_RDWR)
        if os.pwrite(fd, same, address) == 16:
            print("ESCAPED wrote code through", path)
    except OSError:
        pass
print("contained")
