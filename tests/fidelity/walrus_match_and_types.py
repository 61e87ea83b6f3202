import sys
if (n := 10) > 5:
    print(n)
if sys.version_info >= (3, 10):
    exec("""
match {"kind": "circle", "r": 2}:
    case {"kind": "circle", "r": r, **rest}:
        print("circle", r, rest)
""")
