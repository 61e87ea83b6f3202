import threading, time
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
print("not waiting", threading.active_count(), threading.main_thread().name)
