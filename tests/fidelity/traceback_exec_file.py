source = open(__file__).read().splitlines()
print(len(source), source[0])
import linecache
print(repr(linecache.getline(__file__, 2)))
