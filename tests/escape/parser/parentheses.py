# what: a source of a hundred thousand opening parentheses
# layers: supervision
# expect: exited, signaled, memory
#repeat 100000 (
