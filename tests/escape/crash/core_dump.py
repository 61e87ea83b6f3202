# what: turns core dumps on and crashes in a directory it can write to
# layers: rlimits, supervision
# expect: signaled
import ctypes, os, resource

try:
    resource.setrlimit(resource.RLIMIT_CORE, (-1, -1))
    print("ESCAPED core dumps are on", flush=True)
except (OSError, ValueError):
    pass
ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE
ctypes.string_at(0)
