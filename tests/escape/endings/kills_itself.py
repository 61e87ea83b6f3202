# what: kills itself in the hope of a run that is tried again
# layers: supervision
# expect: signaled
import os, signal

os.kill(os.getpid(), signal.SIGKILL)
