# what: empties every module, posix and sys among them, before it ends
# layers: supervision
# expect: exited, signaled, timeout
# request: "timeout": 3
import sys

for module in list(sys.modules.values()):
    try:
        vars(module).clear()
    except (TypeError, AttributeError):
        pass
