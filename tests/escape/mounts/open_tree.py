# what: takes detached copies of its mounts and changes their attributes
# layers: seccomp, capabilities, identity
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
X86 = platform.machine() == "x86_64"


def call(x86, arm, *arguments):
    ctypes.set_errno(0)
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return libc.syscall(ctypes.c_long(x86 if X86 else arm), *words)

import os
import struct
import sys

OPEN_TREE_CLONE, AT_RECURSIVE, AT_EMPTY_PATH, RDONLY = 1, 0x8000, 0x1000, 1
writable = ctypes.create_string_buffer(struct.pack("QQQQ", 0, RDONLY | 2 | 4 | 8, 0, 0))
readonly = ctypes.create_string_buffer(struct.pack("QQQQ", RDONLY, 0, 0, 0))
for path in ("/", "/usr", os.path.dirname(os.__file__), sys.executable, "/tmp", "/dev/zero", "/proc"):
    raw = ctypes.c_char_p(path.encode())
    for number in (428, 467):
        tree = call(number, number, -100, raw, OPEN_TREE_CLONE | AT_RECURSIVE, writable, 32)
        if tree >= 0:
            print("ESCAPED open_tree", path)
            if call(442, 442, tree, ctypes.c_char_p(b""), AT_EMPTY_PATH, writable, 32) == 0:
                print("ESCAPED writable copy", path)
            os.close(tree)
    if call(442, 442, -100, raw, 0, writable, 32) == 0:
        print("ESCAPED mount_setattr", path)
        call(442, 442, -100, raw, 0, readonly, 32)
print("contained")
