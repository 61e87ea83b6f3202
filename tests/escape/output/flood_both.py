# what: floods both streams at once from threads
# layers: supervision
# expect: exited, output
# request: "timeout": 120
import os, threading


def flood(fd):
    for _ in range(400):
        os.write(fd, b"y" * 65536)


threads = [threading.Thread(target=flood, args=(fd,)) for fd in (1, 2, 1, 2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
