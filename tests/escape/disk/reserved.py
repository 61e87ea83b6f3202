# what: reserves gigabytes with fallocate, past the end of the file too
# layers: rlimits, tmpfs
# expect: contained, file_size
import ctypes, os, platform, tempfile

libc = ctypes.CDLL(None, use_errno=True)
number = 285 if platform.machine() == "x86_64" else 47
fd = os.open(os.path.join(tempfile.gettempdir(), "reserved"), os.O_RDWR | os.O_CREAT)
for mode in (0, 1):  # 1: FALLOC_FL_KEEP_SIZE
    for size in (1 << 33, 1 << 30):
        if libc.syscall(ctypes.c_long(number), ctypes.c_long(fd), ctypes.c_long(mode), ctypes.c_long(0), ctypes.c_long(size)) == 0:
            print("ESCAPED reserved", size, "with mode", mode)
            os.ftruncate(fd, 0)
print("contained")
