import sys
f = open("/tmp/x.txt", "w"); f.close()
print("x", file=f)
