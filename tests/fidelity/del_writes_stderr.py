import sys
class A:
    def __del__(self): sys.stderr.write("from del\n")
a = A()
sys.stderr = None
