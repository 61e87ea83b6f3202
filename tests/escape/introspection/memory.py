# what: searches its own memory, copied from the fork server, for the service's environment
# layers: runner, supervision
# expect: contained
# request: "timeout": 120
import ctypes, os

libc = ctypes.CDLL(None, use_errno=True)
needle = bytes(reversed(b"=DROWSSAP_ESABATAD"))
vector = (ctypes.c_ubyte * 1)()


def readable(address):
    return libc.mincore(ctypes.c_void_p(address), ctypes.c_size_t(4096), vector) == 0


environ = ctypes.c_void_p.in_dll(libc, "environ").value or id(needle)
places = {id(object()), id(os), id(needle), environ, ctypes.addressof(vector), id(os.environ), ctypes.addressof(ctypes.c_int())}
start, end = os.pipe()
os.set_blocking(end, False)
pages = 0
for place in places:
    for direction in (1, -1):
        address, misses = place & ~4095, 0
        while misses < 64:
            if readable(address):
                # Through the kernel, which refuses where we would crash.
                got = libc.write(end, ctypes.c_void_p(address), ctypes.c_size_t(4096))
                page = os.read(start, 4096) if got > 0 else b""
                for piece in page.split(needle)[1:]:
                    if piece[:8].isalnum():  # not just our needle
                        print("ESCAPED", piece[:40])
                misses, pages = 0, pages + 1
            else:
                misses += 1
            address += direction * 4096
assert pages > 500, pages
print("contained")
