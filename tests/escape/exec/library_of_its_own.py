# what: copies a library to its directory (as it might write one) and loads it
# layers: tmpfs
# profile: namespaces
import ctypes
import os
import shutil
import sysconfig
import tempfile
import _ctypes
import glob

sources = [getattr(_ctypes, "__file__", None)] + glob.glob("/lib/*/libm.so.6") + glob.glob("/usr/lib*/libm.so.6")
for place in {tempfile.gettempdir(), "/dev/shm"}:
    for source in filter(None, sources):
        path = os.path.join(place, TOKEN + ".so")
        try:
            shutil.copyfile(source, path)
        except OSError:
            continue
        try:
            ctypes.CDLL(path)
            print("ESCAPED loaded", path)
        except OSError:
            pass
        os.unlink(path)
print("contained")
