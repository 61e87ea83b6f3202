# what: floods stdout
# layers: supervision
# expect: exited, output
# request: "timeout": 120
import os

block = b"x" * 65535 + b"\n"
for _ in range(1024):
    os.write(1, block)
