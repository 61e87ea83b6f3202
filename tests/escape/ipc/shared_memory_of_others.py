# what: lists and opens named shared memory and semaphores that it did not make
# layers: new_root, landlock
import os
from multiprocessing import shared_memory

for place in ("/dev/shm", "/run/shm", "/dev/mqueue", "/var/run/shm"):
    try:
        for name in os.listdir(place):
            print("ESCAPED saw", place, name)
            try:
                print("ESCAPED read", open(os.path.join(place, name), "rb").read(20))
            except OSError:
                pass
    except OSError:
        pass
for name in ("psm_", "sem.", "pulse-shm-", "codeexec"):
    try:
        block = shared_memory.SharedMemory(name)
        print("ESCAPED opened", name)
        block.close()
    except OSError:
        pass
print("contained")
