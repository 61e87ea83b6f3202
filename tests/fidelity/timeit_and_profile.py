import timeit, cProfile, io, pstats
print(timeit.timeit("x = 1", number=10) >= 0)
profile = cProfile.Profile()
profile.enable(); sum(range(100)); profile.disable()
pstats.Stats(profile, stream=io.StringIO()).print_stats()
print(timeit.timeit("f()", setup="from __main__ import f", number=1) >= 0) if "f" in globals() else None
