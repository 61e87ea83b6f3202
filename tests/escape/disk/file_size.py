# what: writes a file past its size limit with the signal's default action
# layers: rlimits
# expect: file_size, signaled, contained
import os, signal, tempfile

signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
path = os.path.join(tempfile.gettempdir(), "big")
fd = os.open(path, os.O_RDWR | os.O_CREAT)
try:
    for offset in range(0, 1 << 32, 1 << 28):
        os.pwrite(fd, b"x", offset)
    print("ESCAPED wrote at 4 GiB", flush=True)
except OSError:
    pass
print("contained")
