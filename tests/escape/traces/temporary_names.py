# what: learns from its own temporary names which ones the next run will draw
# layers: runner
# runs: 2 in turn
import os, random, tempfile, uuid

# The first run cannot tell the second; what would tell is a seed that both share.
state = random.getstate()
expected = random.Random(0).getstate()
if state == expected:
    print("ESCAPED the generator has a known seed")
for seed in (0, 1, os.getpid(), SERVICE_PID, ZYGOTE_PID, int(os.times().elapsed)):
    if random.Random(seed).getstate() == state:
        print("ESCAPED the seed is", seed)
print("contained")
