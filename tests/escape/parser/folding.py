# what: constants that the compiler folds into gigabytes
# layers: rlimits, cgroup_v1, cgroup_v2, supervision
# expect: exited, memory, contained, timeout
# request: "timeout": 5, "max_memory_mb": 64
x = ("x" * 4000) * 4000 * 4000 * 4000
print(len(x))
