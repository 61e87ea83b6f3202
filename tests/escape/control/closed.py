# what: closes the control channel and everything else, and ends well
# layers: supervision
import os

os.closerange(3, 1024)
print("contained")
