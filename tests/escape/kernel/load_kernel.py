# what: kexec and kernel modules: load, unload, query
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

image = ctypes.create_string_buffer(b"\x7fELF" + bytes(60))
null = os.open("/dev/null", os.O_RDONLY)
for name, numbers, arguments in (("kexec_load", (246, 104), (0, 0, 0, 0)), ("kexec_file_load", (320, 294), (null, null, 0, 0, 2)),
                                 ("init_module", (175, 105), (image, 64, ctypes.c_char_p(b""))),
                                 ("finit_module", (313, 273), (null, ctypes.c_char_p(b""), 0)),
                                 ("delete_module", (176, 106), (ctypes.c_char_p(TOKEN.encode()), 0x800)), ("create_module", (174, -1), (0, 0)),
                                 ("query_module", (178, -1), (0, 1, 0, 0, 0)), ("get_kernel_syms", (177, -1), (0,))):
    if call(*numbers, *arguments) >= 0:
        print("ESCAPED", name)
print("contained")
