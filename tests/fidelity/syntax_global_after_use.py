def f():
    q = 1
    global q
