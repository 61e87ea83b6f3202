import os, sys
sys.stdout.write("cannot be written")
os.close(1)
