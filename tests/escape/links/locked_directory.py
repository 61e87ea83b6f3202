# what: leaves trees that a clean-up cannot or should not walk: no permissions, deep, links to itself
# layers: supervision, tmpfs
# expect: contained, file_size
import os
import tempfile

base = tempfile.gettempdir()
os.chdir(base)
for i in range(300):
    os.mkdir("d" * 200)
    os.chdir("d" * 200)
os.symlink(".", "loop")
os.chdir(base)
os.mkdir("closed")
open("closed/file", "w").close()
os.symlink("/usr/lib", "closed/usr")
for path, mode in (("closed/file", 0), ("closed", 0)):
    try:
        os.chmod(path, mode)
    except OSError:
        pass
for i in range(100):
    open(f"{base}/\x01\n{i} {'n' * 200}", "w").close()
try:
    os.mkfifo(base + "/pipe")
except OSError:
    pass
print("contained")
