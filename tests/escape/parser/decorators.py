# what: thirty thousand decorators on one function
# layers: supervision
# expect: contained, exited, signaled, memory
#repeat 30000 @print\n
def f(): pass
