# what: keeps data in symbolic links of 4 KiB each
# layers: tmpfs, supervision@locked-down
# expect: contained, file_size
# request: "timeout": 30
import os, tempfile, time

directory = tempfile.mkdtemp()
made = 0
try:
    while made < 100000:
        os.symlink("x" * 4095, "%s/%d" % (directory, made))
        made += 1
    time.sleep(3)  # where it is looked after, and not limited, that is done ten times a second
    print("ESCAPED made", made, "links")
except OSError:
    pass
print("contained")
