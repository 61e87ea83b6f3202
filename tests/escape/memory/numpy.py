# what: makes arrays of many gigabytes
# layers: rlimits, cgroup_v1, cgroup_v2
# expect: contained, memory
# request: "timeout": 60, "max_memory_mb": 64
import numpy

held = []
for make in (numpy.ones, numpy.zeros, numpy.empty):
    for size in (1 << 36, 1 << 31, 1 << 28):
        try:
            array = make(size, numpy.int8)
            array[::4096] = 1
            print("ESCAPED holds", size, flush=True)
            del array
        except MemoryError:
            pass
print("contained")
