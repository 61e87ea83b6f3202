import collections
class A:
    def __del__(self): print("del A")
class Holder: pass
Holder.a = A()
print("end")
