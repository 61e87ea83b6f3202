# what: CVE-2014-3153 (Towelroot): requeues a PI futex to itself and to one that is not PI
# layers: kernel
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
X86 = platform.machine() == "x86_64"


def call(x86, arm, *arguments):
    ctypes.set_errno(0)
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return libc.syscall(ctypes.c_long(x86 if X86 else arm), *words)

import errno
import struct

LOCK_PI, UNLOCK_PI, TRYLOCK_PI, WAIT_REQUEUE_PI, CMP_REQUEUE_PI = 6, 7, 8, 11, 12
words = (ctypes.c_uint32 * 16)()
first, second = ctypes.byref(words, 0), ctypes.byref(words, 32)
brief = ctypes.create_string_buffer(struct.pack("qq", 0, 1000000))
for flag in (0, 128):
    if call(202, 98, first, CMP_REQUEUE_PI | flag, 1, ctypes.c_long(0), first, 0) >= 0:
        print("ESCAPED requeued to itself")
    if call(202, 98, first, WAIT_REQUEUE_PI | flag, 0, brief, first, 0) >= 0:
        print("ESCAPED waited to be requeued to itself")
    for address in (0xFFFFFFFF81000000, 0xFFFF888000000000, 0, 1, 0x7FFFFFFFFFFF):
        for operation in (0, 1, 3, 4, 5, 9, 10, 13):
            if operation in (0, 9, 13):
                continue  # would wait
            if call(202, 98, ctypes.c_long(address), operation | flag, 1, brief, ctypes.c_long(address), 0) > 0:
                print("ESCAPED futex at", hex(address), operation)
print("contained")
