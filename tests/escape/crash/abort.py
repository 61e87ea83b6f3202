# what: has the interpreter abort with a fatal error
# layers: supervision
# expect: signaled
import ctypes

ctypes.pythonapi.Py_FatalError(b"forged")
