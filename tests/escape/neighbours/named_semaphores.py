# what: two runs meet at a named semaphore
# layers: tmpfs, landlock
# runs: 2 at once
import ctypes, os, time

libc = ctypes.CDLL(None, use_errno=True)
libc.sem_open.restype = ctypes.c_void_p
libc.sem_unlink.argtypes = [ctypes.c_char_p]
name = b"/" + TOKEN.encode()
if ROLE == 0:
    semaphore = libc.sem_open(name, ctypes.c_int(os.O_CREAT), ctypes.c_int(0o666), ctypes.c_uint(1))
    time.sleep(0.6)
    if semaphore:
        libc.sem_unlink(name)
else:
    deadline = time.monotonic() + 0.5
    while time.monotonic() < deadline:
        if libc.sem_open(name, ctypes.c_int(0)):
            print("ESCAPED found the other run's semaphore")
            break
        time.sleep(0.01)
print("contained")
