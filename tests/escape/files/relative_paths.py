# what: climbs out of the working directory with .. and odd spellings
# layers: new_root, landlock
import os
import tempfile

bare = SECRET_FILE.lstrip("/")
up = "../" * 40
deep = os.path.join(tempfile.gettempdir(), "d/" * 8)
os.makedirs(deep, exist_ok=True)
names = [up + bare, "./" + up + bare, up + "./" + bare, "..//" * 40 + bare, deep + "../" * 60 + bare,
         "//" + bare, "/./" + bare, "/../../" + bare, "/dev/../" + bare, "/usr/lib/../../" + bare,
         "/proc/self/../../" + bare, "file:///" + bare, "~/" + up + bare]
for name in names:
    try:
        with open(os.path.expanduser(name), "rb") as file:
            print("ESCAPED read", name, file.read(80))
    except OSError:
        pass
for _ in range(40):
    os.chdir("..")
try:
    with open(bare, "rb") as file:
        print("ESCAPED read from the top", file.read(80))
except OSError:
    pass
print("contained")
