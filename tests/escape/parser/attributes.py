# what: a source of a hundred thousand attributes of one another
# layers: supervision
# expect: exited, signaled, memory, contained
x = (lambda: 0
#repeat 100000 .a\n
)
