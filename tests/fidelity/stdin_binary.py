# fidelity: stdin a\r\nb\n
import sys
print(sys.stdin.buffer.read(), sys.stdin.read())
