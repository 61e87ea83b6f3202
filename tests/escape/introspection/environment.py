# what: prints the environment as Python, C and /proc have it, and the arguments of its process
# layers: runner, supervision
import ctypes, os, sys

environ = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
index = 0
while environ and environ[index]:
    print(environ[index])
    index += 1
print(dict(os.environ), sys.argv, getattr(sys, "orig_argv", None), sys.flags, sys._xoptions)
for name in ("environ", "cmdline", "status", "cgroup", "mountinfo"):
    try:
        with open("/proc/self/" + name) as file:
            print(file.read())
    except OSError:
        pass
for name in os.environ:
    if name.startswith(("CODEEXEC", "DATABASE", "MAX_", "EXECUTION")):
        print("ESCAPED", name)
print("contained")
