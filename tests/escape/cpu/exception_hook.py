# what: computes for ever in the hook for uncaught exceptions, and in the text of the exception
# layers: supervision
# expect: timeout
# request: "timeout": 1
import sys


class Problem(Exception):
    def __str__(self):
        while True:
            pass


sys.excepthook = lambda *_: print(Problem())
raise Problem
