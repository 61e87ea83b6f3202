# fidelity: args one two -x
import sys
print(sys.argv, sys.path[0])
