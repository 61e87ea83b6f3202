import sys
def dive(n):
    return dive(n + 1)
sys.tracebacklimit = 5
dive(0)
