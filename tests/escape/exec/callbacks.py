# what: writes to the code that ctypes makes for a callback
# layers: seccomp
# expect: contained, signaled
import ctypes
import sys

try:
    function = ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 41)
except MemoryError:  # a libffi that wants memory both writable and executable
    function = None
if function is not None:
    address = ctypes.cast(function, ctypes.c_void_p).value
    before = ctypes.string_at(address, 4)
    sys.stdout.flush()
    ctypes.memmove(address, before, 4)  # ends the run where code cannot be written
    print("ESCAPED wrote over a callback", function())
print("contained")
