# what: makes files of terabytes that take no space
# layers: rlimits
# expect: contained, file_size
import os, tempfile

fd = os.open(os.path.join(tempfile.gettempdir(), "sparse"), os.O_RDWR | os.O_CREAT)
for attempt in (
    lambda: os.ftruncate(fd, 1 << 42),
    lambda: os.truncate(os.path.join(tempfile.gettempdir(), "sparse"), 1 << 36),
    lambda: os.pwrite(fd, b"x", 1 << 40),
    lambda: os.posix_fallocate(fd, 1 << 40, 1),
):
    try:
        attempt()
        print("ESCAPED a file of", os.fstat(fd).st_size)
    except OSError:
        pass
print("contained")
