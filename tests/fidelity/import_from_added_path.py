import os, sys
sys.dont_write_bytecode = True
os.mkdir("/tmp/elsewhere")
open("/tmp/elsewhere/elsewhere_module.py", "w").write("print('imported', __name__)\n")
sys.path.append("elsewhere")
import elsewhere_module
