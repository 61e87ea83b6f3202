import weakref
class A:
    __slots__ = ("name", "__weakref__")
    def __init__(self, name): self.name = name
    def __del__(self): print("del", self.name)
a = A("slots")
weakref.finalize(a, print, "finalize")
r = weakref.ref(a, lambda r: print("callback"))
print("end")
