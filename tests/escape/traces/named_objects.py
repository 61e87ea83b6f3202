# what: leaves shared memory, semaphores, System V objects and message queues for the next run
# layers: tmpfs, ipc_namespace, seccomp@locked-down
# runs: 2 in turn
import ctypes, os, platform, zlib

libc = ctypes.CDLL(None, use_errno=True)
libc.sem_open.restype = ctypes.c_void_p
x86 = platform.machine() == "x86_64"
key = zlib.crc32(TOKEN.encode()) & 0x7FFFFFFF
name = b"/" + TOKEN.encode()
create = 0o1000 if ROLE == 0 else 0
found = {
    "shm_open": libc.shm_open(name, ctypes.c_int(os.O_RDWR | (os.O_CREAT if ROLE == 0 else 0)), ctypes.c_int(0o666)) >= 0,
    "sem_open": bool(libc.sem_open(name + b"s", ctypes.c_int(os.O_CREAT if ROLE == 0 else 0), ctypes.c_int(0o666), ctypes.c_uint(1))),
    "shmget": libc.shmget(ctypes.c_int(key), ctypes.c_size_t(4096), ctypes.c_int(create | 0o666)) >= 0,
    "semget": libc.semget(ctypes.c_int(key), ctypes.c_int(1), ctypes.c_int(create | 0o666)) >= 0,
    "msgget": libc.msgget(ctypes.c_int(key), ctypes.c_int(create | 0o666)) >= 0,
    "mq_open": libc.syscall(ctypes.c_long(240 if x86 else 180), name[1:], ctypes.c_long(2 | (64 if ROLE == 0 else 0)),
                            ctypes.c_long(0o666), ctypes.c_long(0)) >= 0,
}
if ROLE == 1 and any(found.values()):
    print("ESCAPED", [kind for kind in found if found[kind]])
print("contained")
