# what: keeps data in extended attributes
# layers: seccomp
import os, tempfile

path = os.path.join(tempfile.gettempdir(), "attributes")
open(path, "w").close()
total = 0
try:
    for number in range(2000):
        os.setxattr(path, "user.%d" % number, b"x" * 32768)
        total += 32768
except OSError:
    pass
if total:
    print("ESCAPED", total, "bytes in attributes")
print("contained")
