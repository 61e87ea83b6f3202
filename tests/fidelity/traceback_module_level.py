values = {'a': 1}
print('before')
values['b']['c']
