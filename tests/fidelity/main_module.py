import sys
print(list(globals()))
print(__name__, __doc__, __package__, __spec__, __file__)
print(type(__loader__).__name__, __loader__.name, __loader__.path)
print(__builtins__ is __import__("builtins"))
main = sys.modules["__main__"]
print(main.__dict__ is globals(), main)
