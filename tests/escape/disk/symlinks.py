# what: keeps data in symbolic links of 4 KiB each
# layers: tmpfs, supervision@locked-down
# expect: contained, file_size
# request: "timeout": 120
import os, tempfile, time

directory = tempfile.mkdtemp()
made = 0
try:
    while made < 100000:
        os.symlink("x" * 4095, "%s/%d" % (directory, made))
        made += 1
    time.sleep(20)  # where it is not limited it is looked after, ten times a second: this is never slept to the end
    print("ESCAPED made", made, "links")
except OSError:
    pass
print("contained")
