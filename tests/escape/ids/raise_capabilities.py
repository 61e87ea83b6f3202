# what: capset with every set full, then each capability alone
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


for version in (0x20080522, 0x20071026, 0x19980330):
    for mask in [(1 << 41) - 1] + [1 << n for n in range(41)]:
        low, high = mask & 0xFFFFFFFF, mask >> 32
        for sets in ((low, low, low, high, high, high), (low, low, 0, high, high, 0), (0, 0, low, 0, 0, high)):
            header = (ctypes.c_uint32 * 2)(version, 0)
            if call(126, 91, header, (ctypes.c_uint32 * 6)(*sets)) == 0:
                # Bits beyond the last capability are taken and mean nothing: what it has then is what counts.
                got = (ctypes.c_uint32 * 6)()
                if call(125, 90, header, got) == 0 and any(got):
                    print("ESCAPED capset", hex(mask))
header = (ctypes.c_uint32 * 2)(0x20080522, 0)
got = (ctypes.c_uint32 * 6)()
if call(125, 90, header, got) == 0 and any(got):
    print("ESCAPED has capabilities", list(got))
print("contained")
