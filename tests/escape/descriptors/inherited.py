# what: looks for descriptors that somebody forgot, and reads what they give
# layers: descriptors
import os, stat

for fd in range(3, 70000):
    try:
        mode = os.fstat(fd).st_mode
    except OSError:
        continue
    if stat.S_ISSOCK(mode):
        continue  # the control channel: area control
    print("ESCAPED descriptor", fd, "is open, mode", oct(mode))
    try:
        os.set_blocking(fd, False)
        print(os.read(fd, 200))
    except OSError:
        pass
print("contained")
