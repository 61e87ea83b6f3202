import os
limit = 5
class A:
    def __del__(self):
        print(limit, os.path.join("a", "b"), helper())
def helper():
    return "helper"
a = A()
