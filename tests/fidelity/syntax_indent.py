if True:
print('a')
