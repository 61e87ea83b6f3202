# what: allocates and fills many times its limit
# layers: rlimits, cgroup_v1, cgroup_v2
# expect: contained, memory
# request: "timeout": 60, "max_memory_mb": 64
held = []
try:
    for megabytes in range(10, 1000, 10):
        held.append(b"x" * (10 << 20))
        if megabytes > 110:
            print("ESCAPED holds", megabytes, "MiB")
            break
except MemoryError:
    pass
held.clear()
print("contained")
