print([(lambda v: 1 // v)(n) for n in (2, 1, 0)])
