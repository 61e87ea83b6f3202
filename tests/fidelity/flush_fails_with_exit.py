import os, sys
sys.stdout.write("cannot be written")
os.close(1)
sys.exit(3)
