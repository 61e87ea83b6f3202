# what: eight threads compute for ever
# layers: supervision
# expect: timeout
# request: "timeout": 1
import hashlib, threading

block = bytes(1 << 20)


def work():
    while True:
        hashlib.sha256(block)


for _ in range(7):
    threading.Thread(target=work).start()
work()
