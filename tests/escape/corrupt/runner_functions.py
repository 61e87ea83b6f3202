# what: finds the runner's functions through its signal handler and replaces their code
# layers: supervision
# expect: contained, exited, signaled
import gc, signal, types


def mine(*arguments, **options):
    return 0


todo = [signal.getsignal(number) for number in range(1, 65)]
seen, patched = set(), 0
while todo and len(seen) < 300000:
    for thing in gc.get_referents(todo.pop()):
        if id(thing) not in seen:
            seen.add(id(thing))
            todo.append(thing)
            if isinstance(thing, types.FunctionType) and "_codeexec" in thing.__code__.co_filename:
                try:
                    thing.__code__ = mine.__code__
                    patched += 1
                except ValueError:
                    pass  # it has free variables
print(patched, "functions")
print("contained", flush=True)
