"""
>>> double(2)
4
>>> double(3)
7
"""
def double(n): return 2 * n
import doctest
print(doctest.testmod())
