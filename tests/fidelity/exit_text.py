import sys
print('out')
sys.exit('some text ž')
