text = '''a
b'''
print(repr(text))
for i in range(2):
    print(i)
