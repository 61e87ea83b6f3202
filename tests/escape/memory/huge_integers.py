# what: computes an integer with billions of digits
# layers: rlimits, supervision, cgroup_v1, cgroup_v2
# expect: timeout, memory, contained
# request: "timeout": 2, "max_memory_mb": 64
try:
    x = 9**9**9
    print("ESCAPED", x.bit_length())
except MemoryError:
    pass
print("contained")
