def numbers():
    yield 1
    raise LookupError("in the generator")
print(list(numbers()))
