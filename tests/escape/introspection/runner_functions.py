# what: finds the extension module that confined it, and calls what is in it
# layers: seccomp, supervision
# expect: contained, exited
# request: "timeout": 5
import gc, os, types

found = []
for thing in gc.get_objects():
    names = getattr(thing, "__dict__", None) if isinstance(thing, types.ModuleType) else None
    if isinstance(thing, types.ModuleType) and thing.__name__ == "_codeexec":
        found.append(thing)
try:
    import _codeexec

    found.append(_codeexec)
except ImportError:
    pass
calls = {
    "enter": ([],),
    "scratch": (True,),
    "fork_helper": (),
    "threads": (),
    "receive_setup": (),
    "fail": ("stage", "ESCAPED"),
    "started": (),
    "checked": (),
    "rejected": ([(1, 1, "rule", "ESCAPED")], 0),
}
for module in found[:1]:
    for name, arguments in calls.items():
        try:
            result = getattr(module, name)(*arguments)
            if name == "enter" and result is True:
                print("ESCAPED entered new namespaces")
            if name == "scratch":
                print("ESCAPED mounted")
            if name == "fork_helper" and result == 0:
                os._exit(0)
        except (OSError, AttributeError, TypeError, ValueError, MemoryError, RuntimeError):
            pass
print("contained")
