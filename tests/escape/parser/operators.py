# what: a sum of two hundred thousand terms, and a chain of comparisons as long
# layers: supervision
# expect: exited, signaled, memory, contained
x = (0
#repeat 200000 +1
)
y = (0
#repeat 100000 <1
)
print("contained")
