# what: gives a file capabilities or root as owner, for a program executed later
# layers: seccomp

def attempt(name, function, *arguments):
    try:
        result = function(*arguments)
    except OSError:
        return
    print("ESCAPED", name, repr(result)[:200])

import os
import struct
import tempfile

path = os.path.join(tempfile.gettempdir(), "tool")
open(path, "w").close()
full = struct.pack("<IIIII", 0x02000001, 0xFFFFFFFF, 0, 0x1FF, 0)
attempt("file capabilities", os.setxattr, path, "security.capability", full)
attempt("file capabilities, v3", os.setxattr, path, "security.capability", struct.pack("<IIIIII", 0x03000001, 0xFFFFFFFF, 0, 0, 0, 0))
attempt("owner root", os.chown, path, 0, 0)
attempt("group root", os.chown, path, -1, 0)
attempt("owner of another run", os.chown, path, os.getuid() + 1, -1)
attempt("trusted attribute", os.setxattr, path, "trusted.overlay.opaque", b"y")
attempt("label", os.setxattr, path, "security.selinux", b"system_u:object_r:root_t:s0\0")
print("contained")
