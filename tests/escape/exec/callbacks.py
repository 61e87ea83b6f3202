# what: writes to the code that ctypes made for a callback
# layers: seccomp, kernel
# expect: signaled
import ctypes
import sys

function = ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 41)
address = ctypes.cast(function, ctypes.c_void_p).value
before = ctypes.string_at(address, 4)
print("before")
sys.stdout.flush()
ctypes.memmove(address, before, 4)  # ends the run where code cannot be written
print("ESCAPED wrote over a callback", function())
print("contained")
