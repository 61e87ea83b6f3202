import os, sys
f = os.fdopen(os.dup(1), "w")
f.write("written through another file\n")
