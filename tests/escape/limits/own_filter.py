# what: installs a seccomp filter of its own that answers exit with success, and a listener
# layers: seccomp
# expect: contained, timeout
# request: "timeout": 3
import ctypes, os, platform, struct

libc = ctypes.CDLL(None, use_errno=True)
exit_group = 231 if platform.machine() == "x86_64" else 94
code = b"".join(struct.pack("HBBI", *i) for i in ((0x20, 0, 0, 0), (0x15, 0, 1, exit_group), (6, 0, 0, 0x00050000), (6, 0, 0, 0x7FFF0000)))
buffer = ctypes.create_string_buffer(code)
program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", 4, ctypes.addressof(buffer)))
number = 317 if platform.machine() == "x86_64" else 277
for flags in (8, 1, 0):  # NEW_LISTENER, TSYNC
    if libc.syscall(ctypes.c_long(number), ctypes.c_long(1), ctypes.c_long(flags), program) >= 0:
        print("ESCAPED installed a filter", flags)
if libc.prctl(22, 2, program, 0, 0) == 0 or libc.prctl(22, 1, 0, 0, 0) == 0:
    print("ESCAPED installed a filter by prctl")
print("contained")
