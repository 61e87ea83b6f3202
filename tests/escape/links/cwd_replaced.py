# what: replaces its own working directory by links, for a trusted process that looks there by name afterwards
# layers: new_root, landlock, supervision
import os
import tempfile

base = os.path.realpath(tempfile.gettempdir())
above = os.path.dirname(base)
for target in ("/", os.path.dirname(SECRET_FILE), SERVICE_CWD, "/etc"):
    for old in (base, os.getcwd(), "/tmp", "/dev/shm"):
        moved = above.rstrip("/") + "/" + TOKEN
        try:
            os.rename(old, moved)
        except OSError:
            continue
        print("ESCAPED moved", old)
        os.rename(moved, old)
# Names that a careless clean-up would follow.
for name in ("stdout", "stderr", "result.json", "main.py", "core", ".config", "..data"):
    try:
        os.symlink(SECRET_FILE, os.path.join(base, name))
    except FileExistsError:
        pass
os.makedirs(os.path.join(base, "deep"), exist_ok=True)
os.symlink(SERVICE_CWD, os.path.join(base, "deep", "service"))
os.symlink("/usr", os.path.join(base, "deep", "usr"))
print("contained")
