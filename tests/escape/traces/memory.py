# what: looks for the last run's data in fresh memory, on the heap, the stack and in new arrays
# layers: supervision, kernel
# runs: 2 in turn
import ctypes, gc, hashlib, mmap

mark = ("mark" + hashlib.sha256(TOKEN.encode()).hexdigest()).encode()
if ROLE == 0:
    kept = [mark * 1000 for _ in range(1000)]
    here = ctypes.create_string_buffer(mark * 100)
else:
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    needle = mark + mark
    for size, times in ((64, 500), (200, 500), (1000, 500), (5000, 500), (70000, 200), (1 << 20, 20)):
        for _ in range(times):
            block = libc.malloc(size)
            if block and needle in ctypes.string_at(block, size):
                print("ESCAPED the last run's memory")
    m = mmap.mmap(-1, 64 << 20)
    if m.find(mark) >= 0:
        print("ESCAPED the last run's pages")
print("contained")
