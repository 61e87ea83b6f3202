# what: adds, requests, searches and links keys: a store that outlives the run and is shared by id
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


name, payload = ctypes.c_char_p(TOKEN.encode()), ctypes.c_char_p(b"left behind")
for kind in (b"user", b"logon", b"keyring", b"big_key", b"asymmetric", b"encrypted", b"dns_resolver"):
    for ring in (-1, -2, -3, -4, -5, -6):
        key = call(248, 217, ctypes.c_char_p(kind), name, payload, 11, ring)
        if key > 0:
            print("ESCAPED added a key", kind, ring)
            call(250, 219, 21, key)
if call(249, 218, ctypes.c_char_p(b"user"), name, ctypes.c_char_p(b""), -3) > 0:
    print("ESCAPED requested a key")
for operation in (0, 1, 6, 11, 14, 17, 22, 31):
    for ring in (-3, -4, -5):
        if call(250, 219, operation, ring, 0, 0, 0) >= 0:
            print("ESCAPED keyctl", operation, ring)
print("contained")
