import sys

sys.stdout.write(("x" * 99 + "\n") * 100_000)
