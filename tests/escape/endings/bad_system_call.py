# what: ends by SIGSYS, as if a filter had killed it
# layers: supervision
# expect: signaled, syscall
import os, signal

os.kill(os.getpid(), signal.SIGSYS)
