# what: catches every signal and goes on, also the one that asks it to flush and end
# layers: supervision
# expect: timeout
# request: "timeout": 1
import signal, time


def handler(number, frame):
    raise KeyboardInterrupt


for number in range(1, 65):
    try:
        signal.signal(number, handler)
    except (OSError, ValueError):
        pass
while True:
    try:
        time.sleep(1)
    except BaseException:
        pass
