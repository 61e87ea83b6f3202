# fidelity: stdin first\nsecond\nthird\n
import sys
print(repr(input("name? ")))
print([line for line in sys.stdin])
try:
    input()
except EOFError as e:
    print("end", e)
