# what: computes for ever and ignores every signal, SIGXCPU, SIGALRM and SIGTERM among them
# layers: supervision
# expect: timeout
# request: "timeout": 1
import signal

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    pass
