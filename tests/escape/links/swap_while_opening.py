# what: a thread swaps a file for a link to a secret while it is opened with and without O_NOFOLLOW
# layers: new_root, landlock
import os
import tempfile
import threading
import time

base = tempfile.gettempdir()
name, link, plain = base + "/name", base + "/link", base + "/plain"
stop = time.monotonic() + 0.6


def swap():
    while time.monotonic() < stop:
        open(plain, "w").close()
        os.replace(plain, name)
        os.symlink(SECRET_FILE, link)
        os.replace(link, name)


swapper = threading.Thread(target=swap)
swapper.start()
got = set()
while time.monotonic() < stop:
    for flags in (os.O_RDONLY, os.O_RDONLY | os.O_NOFOLLOW, os.O_RDWR):
        try:
            fd = os.open(name, flags)
            got.add(os.read(fd, 80))
            os.close(fd)
        except OSError:
            pass
swapper.join()
if got - {b""}:
    print("ESCAPED read", got)
print("contained")
