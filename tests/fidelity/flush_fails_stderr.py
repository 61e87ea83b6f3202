import os, sys
sys.stderr.write("cannot be written")
os.close(2)
