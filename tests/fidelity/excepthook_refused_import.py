import sys
sys.excepthook = lambda kind, value, tb: print(kind.__name__, value, value.name, tb.tb_next)
import surely_not_installed_anywhere
