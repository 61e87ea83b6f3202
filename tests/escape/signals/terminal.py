# what: takes a controlling terminal and types into it (TIOCSCTTY, TIOCSTI, /dev/tty, /dev/console)
# layers: new_root, session, seccomp, landlock
import fcntl, os

TIOCSTI, TIOCSCTTY, TIOCNOTTY, TIOCLINUX = 0x5412, 0x540E, 0x5422, 0x541C
terminals = list(range(10))
for path in ("/dev/tty", "/dev/console", "/dev/tty0", "/dev/ptmx", "/dev/pts/0", "/dev/pts/1", "/dev/pts/ptmx"):
    try:
        terminals.append(os.open(path, os.O_RDWR | os.O_NOCTTY))
        print("ESCAPED opened", path)
    except OSError:
        pass
for fd in terminals:
    for request, argument in ((TIOCSCTTY, 0), (TIOCSTI, b"\0"), (TIOCLINUX, b"\x0c")):
        try:
            fcntl.ioctl(fd, request, argument)
            print("ESCAPED ioctl", hex(request), "on", fd)
        except OSError:
            pass
print("contained")
