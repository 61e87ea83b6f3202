# what: leaves directories without any permission, so that removing them fails
# layers: tmpfs, supervision@locked-down
import os

os.makedirs(TOKEN + "/a/b")
open(TOKEN + "/a/b/c", "w").close()
for path in (TOKEN + "/a/b/c", TOKEN + "/a/b", TOKEN + "/a", TOKEN):
    try:
        os.chmod(path, 0)
    except OSError:
        pass
print("contained")
