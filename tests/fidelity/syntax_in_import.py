import sys
sys.dont_write_bytecode = True
open("/tmp/broken_helper.py", "w").write("x = 1\ny = = 2\n")
import broken_helper
