# what: calls the fork server's loop from inside a guest, and asks it for guests of its own
# layers: seccomp, supervision
# expect: contained, exited, timeout, signaled
# request: "timeout": 2
import gc, socket, types

for thing in gc.get_objects():
    if isinstance(thing, types.ModuleType) and thing.__name__ == "_codeexec":
        for arguments in ((), (0,), (0, 0), (0, "x")):
            try:
                thing.serve(*arguments)
            except (OSError, TypeError, ValueError):
                pass
print("contained")
