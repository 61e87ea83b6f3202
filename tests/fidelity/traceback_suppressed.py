try:
    int("x")
except ValueError:
    raise RuntimeError("no context") from None
