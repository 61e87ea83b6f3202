# what: calls the kernel as 32-bit code does, with int 0x80, from machine code it has written
# layers: seccomp
# expect: contained, signaled
import ctypes, mmap, platform

code = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"  # mov eax, 20 (getpid); int 0x80; ret
if platform.machine() == "x86_64":
    for protection, flags in ((7, 0x22), (7, 0x21), (7, 0x62)):
        try:
            memory = mmap.mmap(-1, 4096, flags, protection)
        except OSError:
            continue
        print("ESCAPED executable memory", flush=True)
        memory.write(code)
        result = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))()
        if result > 0:
            print("ESCAPED int 0x80 gave", result, flush=True)
print("contained")
