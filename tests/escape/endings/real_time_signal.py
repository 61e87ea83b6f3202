# what: sends itself the signal that the runner uses for stopping
# layers: supervision
# expect: signaled, contained
import os, signal, time

for number in (signal.SIGRTMAX, signal.SIGRTMIN, signal.SIGRTMAX - 1):
    os.kill(os.getpid(), number)
    time.sleep(0.05)
print("contained")
