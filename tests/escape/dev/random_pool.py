# what: adds to, credits and clears the entropy pool of the machine
# layers: seccomp, capabilities, identity
import fcntl
import os
import struct

for path in ("/dev/random", "/dev/urandom"):
    for flags in (os.O_RDONLY, os.O_RDWR):
        try:
            fd = os.open(path, flags)
        except OSError:
            continue
        for name, code, data in (("RNDADDENTROPY", 0x40085203, struct.pack("ii8s", 0, 8, os.urandom(8))),
                                 ("RNDADDTOENTCNT", 0x40045201, struct.pack("i", 0)),
                                 ("RNDRESEEDCRNG", 0x5207, struct.pack("i", 0)), ("RNDCLEARPOOL", 0x5206, struct.pack("i", 0))):
            try:
                fcntl.ioctl(fd, code, data)
                print("ESCAPED", name)
            except OSError:
                pass
        os.close(fd)
print("contained")
