# what: finds the extension module that confined it, through the runner's signal handler, and calls what is in it
# layers: seccomp, supervision
import gc, os, signal, sys, types

todo = [signal.getsignal(number) for number in range(1, 65)] + [sys.meta_path, sys.path_hooks]
seen, module = set(), None
while todo and module is None:
    for thing in gc.get_referents(todo.pop()):
        if isinstance(thing, types.ModuleType) and thing.__name__ == "_codeexec":
            module = thing
        elif id(thing) not in seen and len(seen) < 300000:
            seen.add(id(thing))
            todo.append(thing)
calls = {
    "enter": ([],),
    "scratch": (True,),
    "fork_helper": (),
    "threads": (),
    "receive_setup": (),
    "fail": ("stage", "ESCAPED"),
    "started": (),
}
for name, arguments in calls.items():
    if module is None or not hasattr(module, name):
        continue
    try:
        result = getattr(module, name)(*arguments)
        if name == "enter" and result is True or name == "scratch":
            print("ESCAPED", name)
        if name == "fork_helper" and result == 0:
            os._exit(0)
    except (OSError, TypeError, ValueError, MemoryError, RuntimeError):
        pass
print("contained")
