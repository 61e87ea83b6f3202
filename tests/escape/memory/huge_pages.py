# what: takes huge pages: MAP_HUGETLB, and one byte touched in every transparent one
# layers: rlimits, cgroup_v1, cgroup_v2
# expect: contained, memory
# request: "timeout": 60, "max_memory_mb": 64
import mmap

PLAIN = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
for flags in (0x40000, 0x40000 | 21 << 26, 0x40000 | 30 << 26):
    try:
        m = mmap.mmap(-1, 512 << 20, PLAIN | flags)
        print("ESCAPED huge pages", hex(flags))
    except OSError:
        pass
try:
    m = mmap.mmap(-1, 300 << 20, PLAIN)
    m.madvise(14)  # MADV_HUGEPAGE
    for offset in range(0, 300 << 20, 2 << 20):
        m[offset] = 1
    print("ESCAPED transparent huge pages")
except (OSError, AttributeError):
    pass
print("contained")
