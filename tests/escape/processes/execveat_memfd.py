# what: executes a program from memory: memfd_create and execveat, fexecve, /proc/self/fd
# layers: seccomp
import ctypes, os, platform, sys, tempfile

libc = ctypes.CDLL(None, use_errno=True)
x86 = platform.machine() == "x86_64"
arguments = (ctypes.c_char_p * 4)(b"python3", b"-c", b"print('ESCAPED ran from a descriptor')", None)
environment = (ctypes.c_char_p * 1)(None)
fds = []
for flags in (0, 0x10):  # MFD_EXEC
    fd = libc.syscall(ctypes.c_long(319 if x86 else 279), b"x", ctypes.c_long(flags))
    if fd >= 0:
        fds.append(fd)
copy = os.open(os.path.join(tempfile.gettempdir(), "copy"), os.O_RDWR | os.O_CREAT, 0o755)
try:
    with open(os.path.realpath(sys.executable), "rb") as file:
        program = file.read()
    for fd in fds + [copy]:
        os.write(fd, program)
    fds.append(os.open(os.path.realpath(sys.executable), os.O_RDONLY))
    os.close(copy)
    fds.append(os.open(os.path.join(tempfile.gettempdir(), "copy"), os.O_RDONLY))
except OSError:
    pass
for fd in fds:
    libc.syscall(ctypes.c_long(322 if x86 else 281), ctypes.c_long(fd), b"", arguments, environment, ctypes.c_long(0x1000))
    for path in ("/proc/self/fd/%d" % fd, "/dev/fd/%d" % fd):
        libc.execve(path.encode(), arguments, environment)
print("contained")
