# what: crashes with faulthandler on, which writes what it knows of all threads
# layers: supervision
# expect: signaled
import ctypes, faulthandler, sys

faulthandler.enable(sys.stdout, all_threads=True)
ctypes.string_at(0)
