# what: corrupts the heap: double free, writes beyond the end
# layers: supervision
# expect: signaled
import ctypes

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.free.argtypes = [ctypes.c_void_p]
block = libc.malloc(64)
ctypes.memset(block - 16, 255, 4096)
libc.free(block)
libc.free(block)
for _ in range(10000):
    libc.free(libc.malloc(64))
ctypes.string_at(0)
