# what: finds the runner's functions and replaces their code with its own
# layers: supervision
# expect: exited, signaled, contained
import gc, types


def mine(*arguments, **options):
    print("patched", flush=True)
    return 0


for thing in gc.get_objects():
    if isinstance(thing, types.FunctionType) and "_codeexec" in (thing.__code__.co_filename or ""):
        try:
            thing.__code__ = mine.__code__
        except ValueError:
            pass
print("contained")
