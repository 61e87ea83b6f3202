def f(**kwargs):
    raise ValueError("several\nlines of\ntext")
f(
    a=1,
    b=2,
)
