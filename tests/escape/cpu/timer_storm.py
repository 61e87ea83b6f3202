# what: has a timer interrupt it without pause, so that nothing else gets done
# layers: supervision
# expect: timeout
# request: "timeout": 1
import signal

for number, timer in ((signal.SIGALRM, signal.ITIMER_REAL), (signal.SIGPROF, signal.ITIMER_PROF)):
    signal.signal(number, lambda *_: None)
    signal.setitimer(timer, 1e-6, 1e-6)
while True:
    pass
