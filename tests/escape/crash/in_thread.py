# what: crashes in a thread, while the first one catches everything
# layers: supervision
# expect: signaled
import ctypes, threading, time

threading.Thread(target=ctypes.string_at, args=(0,)).start()
while True:
    try:
        time.sleep(1)
    except BaseException:
        pass
