# what: unpacks a few kilobytes of zlib, bz2 and lzma into gigabytes
# layers: rlimits, cgroup_v1, cgroup_v2
# expect: contained, memory
# request: "timeout": 180, "max_memory_mb": 64
import bz2, lzma, zlib

packer = zlib.compressobj(9)
bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(300)) + packer.flush()
for unpack in (zlib.decompress,):
    try:
        unpack(bomb)
        print("ESCAPED unpacked 300 MiB")
    except MemoryError:
        pass
packed = bz2.compress(bytes(32 << 20))
try:
    bz2.decompress(packed * 6)
    print("ESCAPED unpacked 192 MiB")
except MemoryError:
    pass
print("contained")
