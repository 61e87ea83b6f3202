import sys
print("žluťoučký 日本語 🐍")
print("žluťoučký 日本語 🐍", file=sys.stderr)
print("half \udc80", file=sys.stderr)
sys.stdout.flush()
sys.stdout.buffer.write(b"raw \xff bytes\n")
