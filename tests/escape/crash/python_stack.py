# what: recurses without end, with the limit for it raised as far as it goes
# layers: supervision, rlimits
# expect: signaled, exited, memory, timeout
# request: "timeout": 5, "max_memory_mb": 64
import sys

sys.setrecursionlimit(2**31 - 1)


def recurse():
    recurse()


recurse()
