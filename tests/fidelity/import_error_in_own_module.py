import sys
sys.dont_write_bytecode = True
open("/tmp/failing_helper.py", "w").write("def f():\n    raise OSError('from helper')\nf()\n")
import failing_helper
