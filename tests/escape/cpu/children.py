# what: children compute for ever, and the program waits for them
# layers: supervision
# expect: timeout
# request: "timeout": 1
import os

for _ in range(8):
    try:
        if os.fork() == 0:
            break
    except OSError:
        pass
while True:
    pass
