# what: makes a file bigger than RLIMIT_FSIZE: seek and write, ftruncate, truncate, fallocate, splice
# layers: rlimits
# expect: contained, file_size
import errno
import os
import resource
import tempfile

limit = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
path = os.path.join(tempfile.gettempdir(), "big")
fd = os.open(path, os.O_CREAT | os.O_RDWR)
if limit == resource.RLIM_INFINITY:
    print("ESCAPED no limit")
    limit = 1 << 33
reader, writer = os.pipe()
os.write(writer, b"y" * 10)


def splice():
    return os.splice(reader, fd, 1, offset_dst=limit + 10) if hasattr(os, "splice") else 0


for name, function in (("pwrite", lambda: os.pwrite(fd, b"x", limit + 10)), ("ftruncate", lambda: os.ftruncate(fd, limit + 1)),
                       ("truncate", lambda: os.truncate(path, limit + (1 << 40))), ("fallocate", lambda: os.posix_fallocate(fd, limit, 4096)),
                       ("splice", splice), ("copy", lambda: os.copy_file_range(os.open(os.__file__, os.O_RDONLY), fd, 10, 0, limit + 5)),
                       ("sendfile", lambda: (os.lseek(fd, limit + 9, 0), os.sendfile(fd, os.open(os.__file__, os.O_RDONLY), 0, 10)))):
    try:
        function()
    except OSError:
        pass
    if os.fstat(fd).st_size > limit:
        print("ESCAPED", name, os.fstat(fd).st_size)
        os.ftruncate(fd, 0)
os.unlink(path)
print("contained")
