# what: takes the builtins away before it ends
# layers: supervision
# expect: exited, signaled
import builtins, sys

for name in list(vars(builtins)):
    delattr(builtins, name)
