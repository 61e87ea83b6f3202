# what: leaves bytecode or a .pth file where a later run or the fork server would load it
# layers: new_root, landlock
import email
import glob
import importlib.util
import json
import os
import py_compile
import sys
import tempfile

source = os.path.join(tempfile.gettempdir(), "poison.py")
with open(source, "w") as file:
    file.write("poisoned = True\n")
for module in (json, email, os):
    target = importlib.util.cache_from_source(module.__file__) + "." + TOKEN
    try:
        py_compile.compile(source, cfile=target, doraise=True)
        print("ESCAPED wrote", target)
        os.unlink(target)
    except OSError:
        pass
for directory in sys.path:
    if directory == os.getcwd() or directory.startswith(tempfile.gettempdir()):
        continue
    for name in (TOKEN + ".pth", "sitecustomize.py." + TOKEN, "usercustomize.py." + TOKEN):
        path = os.path.join(directory, name)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            print("ESCAPED wrote", path)
            os.unlink(path)
        except OSError:
            pass
for path in glob.glob(os.path.dirname(os.__file__) + "/__pycache__/*.pyc")[:100]:
    try:
        os.close(os.open(path, os.O_WRONLY))
        print("ESCAPED open for writing", path)
    except OSError:
        pass
print("contained")
