# what: two runs meet at named shared memory
# layers: tmpfs, landlock
# runs: 2 at once
import os, time
from multiprocessing import shared_memory

if ROLE == 0:
    held = None
    try:
        held = shared_memory.SharedMemory(TOKEN, create=True, size=4096)
        held.buf[:4] = b"here"
    except OSError:
        pass
    time.sleep(0.6)
    if held is not None:
        if bytes(held.buf[4:8]) == b"also":
            print("ESCAPED the other run wrote to our memory")
        held.close()
        held.unlink()
else:
    deadline = time.monotonic() + 0.5
    while time.monotonic() < deadline:
        try:
            with open("/dev/shm/" + TOKEN, "r+b") as file:
                if file.read(4) == b"here":
                    print("ESCAPED found the other run's memory")
                    break
        except OSError:
            pass
        time.sleep(0.01)
print("contained")
