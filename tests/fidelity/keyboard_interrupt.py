print('a', flush=True)
raise KeyboardInterrupt
