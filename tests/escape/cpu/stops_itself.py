# what: stops itself and its children with SIGSTOP
# layers: supervision
# expect: timeout
# request: "timeout": 1
import os, signal

try:
    os.fork()
except OSError:
    pass
while True:
    os.kill(os.getpid(), signal.SIGSTOP)
