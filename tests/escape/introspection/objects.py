# what: prints every text that can be reached from any object, in search of settings and secrets
# layers: runner, supervision
# request: "timeout": 120
import gc, signal, sys

# What was there before the program is frozen and not listed, but can be followed to.
todo = [gc.get_objects(), list(vars(sys).values()), sys.meta_path, sys.path_hooks, sys.modules]
todo += [signal.getsignal(number) for number in range(1, 65)]
seen, found = set(), set()
while todo and len(seen) < 600000:
    for thing in gc.get_referents(todo.pop()):
        if isinstance(thing, (str, bytes)):
            text = thing if isinstance(thing, str) else thing.decode("latin-1")
            if 24 <= len(text) <= 100 and text.isalnum() and any(c.isdigit() for c in text):
                found.add(text)
        elif id(thing) not in seen and thing is not seen and thing is not found and thing is not todo:
            seen.add(id(thing))
            todo.append(thing)
assert len(seen) > 2000, len(seen)
print("\n".join(sorted(found)[:10000]))
print("contained")
