# what: an integer of a million digits, and one in an exponent
# layers: supervision, runner
# expect: exited, memory, contained
x = (
#repeat 1000000 7
)
