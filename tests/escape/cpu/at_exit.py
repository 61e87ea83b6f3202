# what: computes for ever once it has ended: atexit, __del__, a thread that never joins
# layers: supervision
# expect: timeout
# request: "timeout": 1
import atexit


class Late:
    def __del__(self):
        while True:
            pass


late = Late()


@atexit.register
def again():
    while True:
        pass
