import sys
class Odd:
    def __repr__(self): return '<odd>'
    closed = False
    def write(self, text): pass
    def flush(self): raise RuntimeError("flush")
sys.stdout = Odd()
