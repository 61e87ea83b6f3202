# what: takes the builtins away before it ends
# layers: supervision
# expect: exited, signaled
import builtins

vars(builtins).clear()
