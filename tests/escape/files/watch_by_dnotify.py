# what: fcntl(F_NOTIFY) on directories that all runs and the machine share: tells when others use them
# layers: seccomp
import fcntl
import os
import signal
import sys
import tempfile

signal.signal(signal.SIGIO, signal.SIG_IGN)
mine = os.path.realpath(tempfile.gettempdir())
for path in sorted({"/", "/usr/lib", "/etc", "/dev", os.path.dirname(os.__file__), os.path.dirname(sys.executable), SERVICE_CWD}):
    if os.path.realpath(path) == mine:
        continue
    try:
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        continue
    try:
        fcntl.fcntl(fd, fcntl.F_NOTIFY, fcntl.DN_ACCESS | fcntl.DN_MODIFY | fcntl.DN_CREATE | fcntl.DN_MULTISHOT)
        print("ESCAPED watching", path)
        fcntl.fcntl(fd, fcntl.F_NOTIFY, 0)
    except OSError:
        pass
    os.close(fd)
print("contained")
