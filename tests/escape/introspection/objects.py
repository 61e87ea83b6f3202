# what: prints every text that the garbage collector can reach, in search of settings and secrets
# layers: runner, supervision
# expect: contained, exited
# request: "timeout": 30
import gc, os

seen, found = set(), set()
todo = [gc.get_objects()]
for _ in range(3):
    fresh = []
    for holder in todo:
        for thing in holder if isinstance(holder, (list, tuple, set, frozenset)) else gc.get_referents(holder):
            if isinstance(thing, (str, bytes)):
                text = thing if isinstance(thing, str) else thing.decode("latin-1")
                if 16 <= len(text) <= 200 and text.replace("_", "").isalnum():
                    found.add(text)
            elif id(thing) not in seen:
                seen.add(id(thing))
                fresh.append(thing)
    todo = fresh[:400000]
for text in sorted(found):
    if any(character.isdigit() for character in text):
        os.write(1, text.encode() + b"\n")
print("contained")
