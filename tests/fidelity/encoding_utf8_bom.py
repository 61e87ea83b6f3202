print('bom', 'é')
