# what: has the runner run another program and report it rejected, checked, failed, as if it were its own verdict
# layers: supervision
# expect: contained, exited, signaled
import gc, signal, types

todo = [signal.getsignal(number) for number in range(1, 65)]
seen, module = set(), None
while todo and module is None:
    for thing in gc.get_referents(todo.pop()):
        if isinstance(thing, types.ModuleType) and thing.__name__ == "_codeexec":
            module = thing
        elif id(thing) not in seen and len(seen) < 300000:
            seen.add(id(thing))
            todo.append(thing)
if module is not None:
    for name, arguments in (("checked", ()), ("rejected", ([(1, 1, "rule", "message")], 0)), ("flushed", ())):
        try:
            getattr(module, name, lambda *_: None)(*arguments)
        except (OSError, TypeError, ValueError):
            pass
print("contained")
