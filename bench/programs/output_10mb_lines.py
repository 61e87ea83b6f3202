for _ in range(100_000):
    print("x" * 99)
