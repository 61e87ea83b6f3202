# what: gives a foreign file a second name and changes it by that name
# layers: new_root, landlock
import os
import sys
import tempfile

base = tempfile.gettempdir()
for path in (SECRET_FILE, os.__file__, sys.executable):
    own = os.path.join(base, "second")
    for follow in (True, False):
        try:
            os.link(path, own, follow_symlinks=follow)
        except OSError:
            continue
        print("ESCAPED second name for", path)
        for function in (lambda: os.chmod(own, os.stat(own).st_mode & 0o7777), lambda: open(own, "r+b").close()):
            try:
                function()
                print("ESCAPED changed", path)
            except OSError:
                pass
        os.unlink(own)
print("contained")
