# what: opens as many descriptors as it can
# layers: rlimits
import os

held = []
try:
    while len(held) < 20000:
        held.append(os.open(os.devnull, os.O_RDONLY) if held else os.dup(1))
except OSError:
    pass
if len(held) > 5000:
    print("ESCAPED", len(held), "descriptors")
for fd in held:
    os.close(fd)
print("contained")
