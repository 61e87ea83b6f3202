# what: fills the disk with files that it has deleted but holds open, which nobody counts by looking
# layers: tmpfs, supervision@locked-down, cgroup_v2@locked-down
# expect: contained, memory, file_size
import os, tempfile, time

total, held = 0, []
try:
    for number in range(40):
        path = os.path.join(tempfile.gettempdir(), "deleted-%d" % number)
        fd = os.open(path, os.O_RDWR | os.O_CREAT)
        os.unlink(path)
        held.append(fd)
        for _ in range(8):
            total += os.write(fd, b"x" * (1 << 20))
    time.sleep(20)  # where it is not limited it is looked after, ten times a second: this is never slept to the end
    print("ESCAPED holds", total >> 20, "MiB of deleted files")
except OSError:
    pass
print("contained")
