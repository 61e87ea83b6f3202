# what: opens its stdout for reading and takes the output away, or reads the service's end
# layers: supervision, new_root
import os

os.write(1, b"first\n")
for path in ("/proc/self/fd/1", "/dev/fd/1", "/dev/stdout"):
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        got = os.read(fd, 100)
        if got and got != b"first\n":
            print("ESCAPED read", got)
    except OSError:
        pass
print("contained")
