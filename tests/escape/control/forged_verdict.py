# what: writes the verdict "ended well" to every descriptor there is, and never ends
# layers: descriptors
# expect: timeout
# request: "timeout": 1
import os, struct, time

verdict = struct.pack("<IiQQQ", 0x56435845, 0, 1000, 1 << 20, time.monotonic_ns())
for fd in range(3, 1024):
    try:
        os.set_blocking(fd, False)
        os.write(fd, verdict)
    except OSError:
        pass
while True:
    pass
