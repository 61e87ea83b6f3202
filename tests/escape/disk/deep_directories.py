# what: nests directories deeper than any path can say, so that cleaning up fails
# layers: tmpfs, supervision@locked-down
# expect: contained, file_size
# request: "timeout": 120
import os

try:
    for depth in range(5000):
        os.mkdir(TOKEN)
        os.chdir(TOKEN)
    open(TOKEN, "w").close()
except OSError:
    pass
print("contained")
