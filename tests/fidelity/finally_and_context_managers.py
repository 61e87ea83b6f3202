import contextlib
@contextlib.contextmanager
def managed():
    print("enter")
    try:
        yield
    finally:
        print("leave")
with managed(), contextlib.suppress(KeyError):
    {}["x"]
with managed():
    raise ValueError("through the manager")
