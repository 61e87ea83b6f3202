class A:
    def __del__(self): print("del")
def f():
    a = A()
    raise ValueError("a lives in the traceback")
f()
