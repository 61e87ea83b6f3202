# what: renames a module of the library away and back, exchanges two, replaces one
# layers: new_root, landlock
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
X86 = platform.machine() == "x86_64"


def call(x86, arm, *arguments):
    ctypes.set_errno(0)
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return libc.syscall(ctypes.c_long(x86 if X86 else arm), *words)

import os
import tempfile

lib = os.path.dirname(os.__file__)
victim, other = lib + "/this.py", lib + "/antigravity.py"
mine = os.path.join(tempfile.gettempdir(), TOKEN)
open(mine, "w").close()
for source, target in ((victim, victim + "." + TOKEN), (victim, mine + ".stolen"), (mine, lib + "/" + TOKEN), (mine, "/etc/" + TOKEN),
                       (lib, lib + "." + TOKEN), (SECRET_FILE, SECRET_FILE + "." + TOKEN), (SECRET_FILE, mine + ".secret")):
    for name, function in (("rename", os.rename), ("replace", os.replace), ("link", os.link)):
        try:
            function(source, target)
        except OSError:
            continue
        print("ESCAPED", name, source, target)
        if name == "link":
            os.unlink(target)
        else:
            os.rename(target, source)
for flags, name in ((2, "exchanged"), (1, "moved without replacing"), (4, "left a whiteout")):
    arguments = (-100, ctypes.c_char_p(victim.encode()), -100, ctypes.c_char_p((other if flags == 2 else victim + TOKEN).encode()), flags)
    if call(316, 276, *arguments) == 0:
        print("ESCAPED", name)
        if flags == 2:
            call(316, 276, *arguments)
        else:
            os.replace(victim + TOKEN, victim)
print("contained")
