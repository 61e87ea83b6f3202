import os, sys
sys.dont_write_bytecode = True
os.makedirs("/tmp/own_package/sub")
open("/tmp/own_package/__init__.py", "w").write("from .a import value\n")
open("/tmp/own_package/a.py", "w").write("value = 42\n")
open("/tmp/own_package/sub/b.py", "w").write("from ..a import value as again\n")
import own_package, own_package.sub.b
print(own_package.value, own_package.sub.b.again, own_package.__file__, own_package.sub.__path__)
