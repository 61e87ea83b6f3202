# what: writes single bytes without pause, to keep the reader busy
# layers: supervision
# expect: exited, timeout, output
# request: "timeout": 2
import os

for _ in range(10**6):
    os.write(1, b"x")
