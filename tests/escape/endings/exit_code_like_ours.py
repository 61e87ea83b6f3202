# what: ends with the exit codes codeexec's own command line has for its failures
# layers: supervision
# expect: exited
import os

print("rejected")
os._exit(125 + len(TOKEN) % 2)
