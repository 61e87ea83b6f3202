# what: makes empty files until there are no inodes left
# layers: tmpfs, supervision@locked-down
# expect: contained, file_size
# request: "timeout": 30
import os, tempfile

made = 0
directory = tempfile.mkdtemp()
try:
    while made < 100000:
        os.mknod("%s/%d" % (directory, made))
        made += 1
    print("ESCAPED made", made, "files")
except OSError:
    pass
print("contained")
