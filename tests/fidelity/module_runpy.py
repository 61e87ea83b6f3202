import runpy, sys
sys.dont_write_bytecode = True
open("/tmp/ran_module.py", "w").write("print(__name__, __file__)\nresult = 5\n")
print(runpy.run_path("/tmp/ran_module.py", run_name="ran")["result"])
print(runpy.run_module("ran_module")["result"])
