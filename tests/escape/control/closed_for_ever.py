# what: closes the control channel, so that nobody can ask it to stop, and never ends
# layers: supervision
# expect: timeout
# request: "timeout": 1
import os

os.closerange(3, 1024)
while True:
    pass
