import sys
sys.stderr.close()
print('end')
