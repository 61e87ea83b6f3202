import dis, sys
def f():
    return ("a", 1, 2.5, b"x", None, ..., "interned_name", ("t", frozenset()))
print(f.__code__.co_consts, f.__code__.co_firstlineno, f.__code__.co_names, f.__code__.co_flags)
print(sys.intern("interned_name") is f()[6])
