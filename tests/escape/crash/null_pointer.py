# what: reads at address 0
# layers: supervision
# expect: signaled
import ctypes

ctypes.string_at(0)
