# what: makes empty files until there are no inodes left
# layers: tmpfs, supervision@locked-down
# expect: contained, file_size
# request: "timeout": 30
import os, tempfile, time

made = 0
directory = tempfile.mkdtemp()
try:
    while made < 100000:
        os.mknod("%s/%d" % (directory, made))
        made += 1
    time.sleep(3)  # where it is looked after, and not limited, that is done ten times a second
    print("ESCAPED made", made, "files")
except OSError:
    pass
print("contained")
