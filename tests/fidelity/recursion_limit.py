import sys
depth = 0
def dive():
    global depth
    depth += 1
    dive()
try:
    dive()
except RecursionError as e:
    print(e, 950 < depth <= 1000, sys.getrecursionlimit())
