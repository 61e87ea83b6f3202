# what: computes for ever with every signal blocked, in every thread
# layers: supervision
# expect: timeout
# request: "timeout": 1
import signal, threading


def work():
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    while True:
        pass


threading.Thread(target=work).start()
work()
