# what: poisons what is read at the next start: bytecode, site packages, matplotlib's settings and fonts
# layers: new_root, tmpfs, landlock
# runs: 2 in turn
import importlib.util, json, os, site, sys

poison = "print('ESCAPED poisoned')\n"
targets = [importlib.util.cache_from_source(json.__file__), json.__file__, os.path.join(os.path.dirname(os.__file__), "sitecustomize.py")]
for directory in [*site.getsitepackages(), site.getusersitepackages(), os.environ.get("MPLCONFIGDIR", "/tmp/none")]:
    targets += [os.path.join(directory, name) for name in ("usercustomize.py", "x.pth", "matplotlibrc", "fontlist-v330.json")]
for path in targets:
    before = None
    try:
        with open(path, "rb") as file:
            before = file.read()
        if ROLE == 1 and b"ESCAPED" in before:
            print("ESCAPED poison is in", path)
    except OSError:
        pass
    try:
        with open(path, "ab") as file:
            if before is not None:
                print("ESCAPED may write to", path)  # nothing is changed in what was there
            else:
                file.write(poison.encode())
    except OSError:
        pass
print("contained")
