# what: swallows every signal with signalfd and sigwait
# layers: supervision
# expect: timeout
# request: "timeout": 1
import signal, time

signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
while True:
    signal.sigtimedwait(range(1, 65), 0.1)
