# what: formatted literals nested as deep as they go, and one with a width of a billion
# layers: supervision, rlimits, cgroup_v1, cgroup_v2
# expect: contained, memory, exited, signaled, timeout
# request: "timeout": 5, "max_memory_mb": 64
source = "1"
for _ in range(200):
    source = "f'''{%s}'''" % source.replace("'''", '"""') if "'''" in source else "f'''{%s}'''" % source
try:
    eval(source)
except (SyntaxError, MemoryError, RecursionError):
    pass
try:
    x = f"{1:>{10**9}}"
    print("ESCAPED a text of", len(x))
except MemoryError:
    pass
print("contained")
