# what: makes empty files until there are no inodes left
# layers: tmpfs, supervision@locked-down
# expect: contained, file_size
# request: "timeout": 120
import os, tempfile, time

made = 0
directory = tempfile.mkdtemp()
try:
    while made < 100000:
        os.mknod("%s/%d" % (directory, made))
        made += 1
    time.sleep(20)  # where it is not limited it is looked after, ten times a second: this is never slept to the end
    print("ESCAPED made", made, "files")
except OSError:
    pass
print("contained")
