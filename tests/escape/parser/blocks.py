# what: a source of blocks indented a hundred and fifty levels deep, in ever longer lines
# layers: supervision
# expect: exited, signaled, memory, contained
exec("".join(" " * level + "while 1:\n" for level in range(150)) + " " * 150 + "pass")
