# what: leaves variables in the environment, Python's and C's, for the next run
# layers: supervision
# runs: 2 in turn
import ctypes, os

libc = ctypes.CDLL(None)
libc.getenv.restype = ctypes.c_char_p
name = TOKEN.replace("-", "_")
if ROLE == 0:
    os.environ[name] = "left"
    libc.setenv(b"C" + name.encode(), b"left", 1)
    os.environ["PYTHONSTARTUP"] = os.environ["LD_PRELOAD"] = "/tmp/left"
elif name in os.environ or libc.getenv(b"C" + name.encode()) or "LD_PRELOAD" in os.environ:
    print("ESCAPED the last run's environment")
print("contained")
