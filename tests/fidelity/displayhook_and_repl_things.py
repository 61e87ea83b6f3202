import sys, code
sys.displayhook(42)
print(_)
code.InteractiveInterpreter().runsource("1 + 1")
