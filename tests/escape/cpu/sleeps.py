# what: sleeps for ever
# layers: supervision
# expect: timeout
# request: "timeout": 1
import threading

threading.Event().wait()
