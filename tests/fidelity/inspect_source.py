import inspect, sys
def function(a, b=2):
    """Doc."""
    return a + b
class Class:
    attribute = 1
print(inspect.getsource(function))
print(inspect.getsource(Class), inspect.getsourcefile(Class), inspect.signature(function))
print(inspect.getmodule(function) is sys.modules["__main__"], function.__module__, function.__code__.co_filename)
