# what: plants symbolic links in its directory and reads, lists and writes through them
# layers: new_root, landlock
import os
import tempfile

base = tempfile.gettempdir()
targets = {"secret": SECRET_FILE, "module": os.__file__, "shadow": "/etc/shadow", "root": "/", "home": "/root", "cwd": SERVICE_CWD,
           "proc": "/proc/self/root", "up": "../" * 30, "environ": f"/proc/{SERVICE_PID}/environ"}
for name, target in targets.items():
    link = os.path.join(base, name)
    os.symlink(target, link)
    for path in (link, link + "/", link + SECRET_FILE, link + "/" + TOKEN):
        try:
            with open(path, "rb") as file:
                if name != "module":
                    print("ESCAPED read", path, file.read(80))
        except OSError:
            pass
        for flags in (os.O_WRONLY, os.O_RDWR | os.O_APPEND):
            try:
                os.close(os.open(path, flags))
                print("ESCAPED write through", path)
            except OSError:
                pass
    made = os.path.join(link, TOKEN)
    try:
        os.close(os.open(made, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        print("ESCAPED made", made)
        os.unlink(made)
    except OSError:
        pass
dangling = os.path.join(base, "dangling")
os.symlink("/etc/" + TOKEN, dangling)
try:
    os.close(os.open(dangling, os.O_CREAT | os.O_WRONLY))
    print("ESCAPED created through a dangling link")
    os.unlink("/etc/" + TOKEN)
except OSError:
    pass
print("contained")
