import warnings
def f():
    warnings.warn("be warned")
    warnings.warn("old", DeprecationWarning, stacklevel=2)
f()
f()
warnings.warn("beyond the top", stacklevel=5)
