class A:
    def __init__(self, name): self.name = name
    def __del__(self): print("del", self.name, a is not None, len(names))
names = ["x", "y"]
z = A("z"); _private = A("_private"); a = A("a"); b = A("b")
b.other = a
a.other = b
