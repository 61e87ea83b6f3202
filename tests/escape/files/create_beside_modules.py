# what: creates files, directories, links and pipes where the interpreter and the system look
# layers: new_root, landlock
import os
import stat
import sys
import tempfile

mine = {os.path.realpath(tempfile.gettempdir()), os.path.realpath(os.getcwd())}
places = set(sys.path) | {"/", "/etc", "/usr", "/usr/lib", "/usr/bin", "/dev", "/var", "/var/cache", "/var/cache/codeexec", "/lib64",
                          os.path.dirname(os.__file__) + "/__pycache__", os.path.dirname(sys.executable), "/run", "/var/tmp", "/root",
                          "/home", "/opt", "/srv", "/mnt", "/var/spool/cron", "/etc/cron.d", SERVICE_CWD}
for place in sorted(places):
    if os.path.realpath(place) in mine:
        continue
    path = os.path.join(place, TOKEN)
    for name, make, undo in (
        ("file", lambda: os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)), os.unlink),
        ("directory", lambda: os.mkdir(path), os.rmdir),
        ("link", lambda: os.symlink("/tmp", path), os.unlink),
        ("pipe", lambda: os.mkfifo(path), os.unlink),
        ("node", lambda: os.mknod(path, stat.S_IFREG | 0o600), os.unlink),
    ):
        try:
            make()
        except OSError:
            continue
        print("ESCAPED made", name, "in", place)
        undo(path)
print("contained")
