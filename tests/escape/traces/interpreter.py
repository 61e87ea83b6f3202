# what: leaves modules, hooks, codecs, patched functions and changed constants in the interpreter
# layers: supervision
# runs: 2 in turn
import atexit, builtins, codecs, ctypes, json, os, re, sys, types

if ROLE == 0:
    sys.modules[TOKEN] = types.ModuleType(TOKEN)
    builtins.left = os.left = sys.left = json.left = 1
    json.loads = lambda text: "patched"
    codecs.register(lambda name: None)
    sys.meta_path.insert(0, None)
    sys.path.append("/left")
    sys.setrecursionlimit(123)
    sys.setswitchinterval(0.5)
    re.compile(TOKEN)
    # 2000 lives in a constant of a function that the next run would share, 100 in the table of small integers.
    ctypes.memmove(id(100) + 24, b"\x65\0\0\0", 4)
    print("contained", flush=True)
    os._exit(0)
left = [name for name in ("left",) if any(hasattr(m, name) for m in (builtins, os, sys, json))]
if left or TOKEN in sys.modules or json.loads("1") != 1 or None in sys.meta_path or "/left" in sys.path:
    print("ESCAPED the last run's modules")
if sys.getrecursionlimit() == 123 or sys.getswitchinterval() == 0.5 or 50 + 50 != 101 - 1 or len("x" * 100) != 99 + 1:
    print("ESCAPED the last run's interpreter")
print("contained")
