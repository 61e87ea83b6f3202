# what: has libffi make executable trampolines for callbacks, which it does in writable memory or in files
# layers: seccomp, supervision
# expect: contained, exited, signaled
import ctypes

kinds = []
try:
    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda x: x + 1)
    kinds.append(callback(1))
except (MemoryError, OSError):
    pass
for line in kinds:
    assert line == 2
print("contained")
