# what: a source of a hundred thousand minus signs before a number
# layers: supervision
# expect: exited, signaled, memory
x = (
#repeat 100000 -
1)
