def broken(function):
    raise TypeError("cannot decorate " + function.__name__)
@broken
def f():
    pass
