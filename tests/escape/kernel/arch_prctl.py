# what: arch_prctl with kernel addresses as thread bases, CPUID faulting, shadow stacks
# layers: kernel, seccomp
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
X86 = platform.machine() == "x86_64"


def call(x86, arm, *arguments):
    ctypes.set_errno(0)
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return libc.syscall(ctypes.c_long(x86 if X86 else arm), *words)

import ctypes as c

if X86:
    base = c.c_ulong()
    for option in (0x1001, 0x1002):
        for address in (0xFFFFFFFF81000000, 0xFFFF888000000000, 0x7FFFFFFFF000, 0x800000000000, 1 << 63):
            if option == 0x1002 and address < 1 << 48:
                continue  # a valid user address would end the thread; only the kernel's are of interest
            if call(158, -1, option, address) == 0 and address >> 47:
                print("ESCAPED base set to", hex(address))
    for name, option, value in (("shadow stack unlock", 0x5004, 1), ("untag mask", 0x4002, 0)):
        if call(158, -1, option, value) == 0:
            print("ESCAPED", name)
    for number in (453,):
        if call(number, number, 0, 4096, 0) > 0:
            print("ESCAPED mapped a shadow stack")
print("contained")
