import sys
print(sys.gettrace(), sys.getprofile(), sys.getswitchinterval())
calls = []
def trace(frame, event, arg):
    calls.append((event, frame.f_code.co_name))
sys.settrace(trace)
def f(): pass
f()
sys.settrace(None)
print(calls)
