import inspect, sys, traceback
try:
    sys._getframe(1)
except ValueError as e:
    print(e)
print(sys._getframe().f_back)
def f():
    return len(inspect.stack()), [entry.name for entry in traceback.extract_stack()]
print(f())
traceback.print_stack()
