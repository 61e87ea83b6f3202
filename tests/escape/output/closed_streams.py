# what: closes all its streams and stays
# layers: supervision
# expect: timeout
# request: "timeout": 1
import os, time

os.closerange(0, 3)
while True:
    time.sleep(1)
