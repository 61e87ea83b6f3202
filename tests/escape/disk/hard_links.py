# what: makes hard links to one file until there are no inodes left
# layers: tmpfs, supervision@locked-down, kernel@locked-down
# expect: contained, file_size
# request: "timeout": 120
import os, tempfile, time

directory = tempfile.mkdtemp()
open(directory + "/0", "w").close()
made = 1
try:
    while made < 100000:
        os.link(directory + "/0", "%s/%d" % (directory, made))
        made += 1
    time.sleep(20)  # where it is not limited it is looked after, ten times a second: this is never slept to the end
    print("ESCAPED made", made, "links")
except OSError:
    pass
print("contained")
