import sys
with open("/tmp/own_helper_module.py", "w") as f:
    f.write("class A:\n    def __del__(self): print('del in helper')\na = A()\n")
sys.dont_write_bytecode = True
import own_helper_module
print(own_helper_module.__file__)
