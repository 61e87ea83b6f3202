import traceback
def f():
    raise KeyError("k")
try:
    f()
except KeyError:
    traceback.print_exc()
    print(traceback.format_exc())
