class A:
    def __init__(self, name):
        self.name = name
    def __del__(self):
        print("del", self.name)
a = A("global")
A("at once")
def f():
    b = A("local")
f()
c = [A("in a list")]
print("end")
