import atexit, sys
def f():
    print(sys._getframe().f_back)
atexit.register(f)
