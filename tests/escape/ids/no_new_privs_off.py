# what: turns no_new_privs off again; looks whether a new thread has it
# layers: no_new_privs, seccomp
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
X86 = platform.machine() == "x86_64"


def call(x86, arm, *arguments):
    ctypes.set_errno(0)
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return libc.syscall(ctypes.c_long(x86 if X86 else arm), *words)

import threading


def look(where):
    for value in (0, 2, 1 << 32, -1):
        if call(157, 167, 38, value, 0, 0, 0) == 0:
            print("ESCAPED set no_new_privs", value, where)
    if call(157, 167, 39, 0, 0, 0, 0) == 0:
        print("ESCAPED no_new_privs is off", where)


look("main")
thread = threading.Thread(target=look, args=("thread",))
thread.start()
thread.join()
print("contained")
