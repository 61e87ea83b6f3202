# what: leaves cycles whose destructors revive themselves, change the collector and collect again
# layers: supervision
# expect: contained, exited, signaled, timeout
# request: "timeout": 5
import gc


class Undead:
    kept = []

    def __init__(self):
        self.me = self

    def __del__(self):
        Undead.kept.append(self)
        gc.set_threshold(1, 1, 1)
        gc.collect()


things = [Undead() for _ in range(100)]
del things
gc.collect()
print("contained")
