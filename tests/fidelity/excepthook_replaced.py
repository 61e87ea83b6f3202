import sys
def hook(kind, value, tb):
    print("hook", kind.__name__, value, tb.tb_lineno, sys._getframe().f_back, sys.last_value is value)
sys.excepthook = hook
raise ValueError("seen by the hook")
