# what: gets a terminal: /dev/tty, /dev/ptmx, openpty, another mount of devpts
# layers: new_root, landlock

def attempt(name, function, *arguments):
    try:
        result = function(*arguments)
    except OSError:
        return
    print("ESCAPED", name, repr(result)[:200])

import os
import pty

attempt("openpty", os.openpty)
for path in ("/dev/tty", "/dev/ptmx", "/dev/pts/ptmx", "/dev/console", "/dev/tty0", "/dev/tty63", "/dev/ttyS0", "/dev/pts/0", "/dev/pts/1"):
    attempt(path, os.open, path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
attempt("controlling terminal", os.ctermid() and (lambda: os.tcgetpgrp(os.open("/dev/tty", os.O_RDWR))))
attempt("pty.openpty", pty.openpty)
print("contained")
