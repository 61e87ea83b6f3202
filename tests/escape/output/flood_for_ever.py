# what: floods both streams until it is stopped
# layers: supervision
# expect: timeout, output
# request: "timeout": 1
import os

while True:
    os.write(1, b"x" * 65536)
    os.write(2, b"y" * 65536)
