# what: calls the fork server's loop from inside a guest, and asks it for guests of its own
# layers: seccomp, supervision
# expect: contained, timeout
# request: "timeout": 2
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
for arguments in ((), (0,), (0, 0), (0, "x")):
    try:
        if module is not None:
            request = module.serve(*arguments)
            if request:
                print("ESCAPED became a guest once more:", request)
    except (OSError, TypeError, ValueError, RuntimeError):
        pass
print("contained")
