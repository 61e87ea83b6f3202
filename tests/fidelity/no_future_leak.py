def f(x: int): pass
print(f.__annotations__, (1).__class__)
try:
    def g(x: undefined_name): pass
    g.__annotations__
except NameError as e:
    print(e)
