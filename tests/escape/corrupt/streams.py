# what: puts streams in place of stdout and stderr that raise, end and recurse when they are flushed
# layers: supervision
# expect: exited, signaled
import sys


class Stream:
    closed = property(lambda self: 1 / 0)

    def write(self, text):
        raise SystemExit(3)

    def flush(self):
        sys.stdout.flush()


sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = Stream()
raise SystemExit("x")
