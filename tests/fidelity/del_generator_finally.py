def numbers():
    try:
        yield 1
    finally:
        print("generator closed")
g = numbers()
next(g)
print("end")
