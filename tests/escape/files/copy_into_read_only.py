# what: moves bytes into files opened for reading: sendfile, splice, copy_file_range, tee, ioctl clone
# layers: new_root, kernel
import fcntl
import os
import struct
import tempfile

source = os.open(os.path.join(tempfile.gettempdir(), "source"), os.O_CREAT | os.O_RDWR)
os.write(source, b"A" * 4096)
reader, writer = os.pipe()
os.write(writer, b"A" * 64)
for path in (os.__file__, SECRET_FILE, "/etc/hosts"):
    try:
        target = os.open(path, os.O_RDONLY)
    except OSError:
        continue
    before = os.pread(target, 4096, 0)
    for name, function in (("sendfile", lambda: os.sendfile(target, source, 0, 16)),
                           ("copy_file_range", lambda: os.copy_file_range(source, target, 16, 0, 0)),
                           ("splice", lambda: os.splice(reader, target, 16, offset_dst=0) if hasattr(os, "splice") else 0),
                           ("pwrite", lambda: os.pwrite(target, before[:1], 0)),
                           ("clone", lambda: fcntl.ioctl(target, 0x40049409, source)),
                           ("clone range", lambda: fcntl.ioctl(target, 0x4020940D, struct.pack("qQQQ", source, 0, 4096, 0))),
                           ("flags", lambda: fcntl.ioctl(target, 0x40086602, struct.pack("l", 0x10)))):
        try:
            if function():
                print("ESCAPED", name, "into", path)
        except OSError:
            pass
    if os.pread(target, 4096, 0) != before:
        print("ESCAPED changed", path)
    os.close(target)
print("contained")
