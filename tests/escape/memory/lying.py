# what: has MemoryErrors ignored, and claims to use less than it does
# layers: rlimits, cgroup_v1, cgroup_v2
# expect: contained, memory
# request: "timeout": 60, "max_memory_mb": 64
import resource, sys

resource.getrusage = lambda *_: None
sys.getsizeof = lambda *_: 0
held, failures, got = [], 0, 0
while failures < 200 and got < 150 << 20:
    for size in (1 << 24, 1 << 20, 1 << 16):
        try:
            held.append(bytearray(b"x") * size)
            got += size
            break
        except MemoryError:
            failures += 1
if got > 110 << 20:
    print("ESCAPED holds", got >> 20, "MiB", flush=True)
held.clear()
print("contained")
