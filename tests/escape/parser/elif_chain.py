# what: a source of fifty thousand elif branches, which nest in the tree
# layers: supervision
# expect: exited, signaled, memory
if 0: pass
#repeat 50000 elif 0: pass\n
print("contained")
