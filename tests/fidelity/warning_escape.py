import sys
print('\d')
