# what: makes Landlock rulesets of its own, after the sandbox has taken what it needs
# layers: seccomp
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

version = call(444, 444, 0, 0, 1)
if version >= 0:
    print("ESCAPED landlock version", version)
ruleset = call(444, 444, ctypes.create_string_buffer(struct.pack("Q", 1)), 8, 0)
if ruleset >= 0:
    print("ESCAPED ruleset")
    os.close(ruleset)
print("contained")
