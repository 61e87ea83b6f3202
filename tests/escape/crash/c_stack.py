# what: nests objects until the C stack overflows
# layers: supervision, rlimits
# expect: signaled, exited, memory, timeout
# request: "timeout": 5
import sys

sys.setrecursionlimit(10**9)
nested = []
for _ in range(10**6):
    nested = [nested]
repr(nested)
