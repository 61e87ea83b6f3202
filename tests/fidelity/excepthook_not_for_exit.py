import sys
sys.excepthook = lambda *a: print("called")
sys.exit("text")
