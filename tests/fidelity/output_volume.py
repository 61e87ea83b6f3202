for n in range(20000):
    print(n, end=" " if n % 10 else "\n")
