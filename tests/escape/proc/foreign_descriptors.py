# what: opens descriptors of other processes anew through /proc/PID/fd and map_files
# layers: new_root, landlock
import os

for pid in {1, os.getppid(), SERVICE_PID, ZYGOTE_PID}:
    for number in range(256):
        for flags in (os.O_RDONLY | os.O_NONBLOCK, os.O_WRONLY | os.O_NONBLOCK):
            try:
                fd = os.open(f"/proc/{pid}/fd/{number}", flags)
            except OSError:
                continue
            print("ESCAPED opened descriptor", number, "of", pid)
            os.close(fd)
    try:
        print("ESCAPED executable of", pid, os.open(f"/proc/{pid}/exe", os.O_RDONLY))
    except OSError:
        pass
print("contained")
