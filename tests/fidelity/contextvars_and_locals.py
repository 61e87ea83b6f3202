import contextvars
v = contextvars.ContextVar("v", default=1)
print(v.get(), locals() is globals(), sorted(k for k in vars() if not k.startswith("__")))
def f():
    x = 1
    return locals()
print(f())
