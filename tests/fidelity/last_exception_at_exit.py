import atexit, sys
atexit.register(lambda: print(type(sys.last_value).__name__, sys.last_traceback.tb_lineno))
raise ValueError("kept in sys.last_value")
