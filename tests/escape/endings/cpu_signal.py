# what: sends itself SIGXCPU, to pass for a program that was out of time
# layers: supervision
# expect: signaled, timeout
import os, signal

signal.signal(signal.SIGXCPU, signal.SIG_DFL)
os.kill(os.getpid(), signal.SIGXCPU)
