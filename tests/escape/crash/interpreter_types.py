# what: overwrites the interpreter's own types and small integers, then ends as if nothing were
# layers: supervision
# expect: signaled, exited, timeout
# request: "timeout": 3
import ctypes

for kind in (int, str, dict, type(None)):
    ctypes.memset(id(kind) + 32, 0x41, 200)
print(1, "x", {}, None)
