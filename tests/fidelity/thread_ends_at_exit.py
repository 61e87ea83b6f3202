# Threads that still run when the program ends are waited for, and so is what waits for them.
import threading
import time
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(2)
pool.submit(lambda: (time.sleep(0.2), print("from the pool")))
threading.Thread(target=lambda: (time.sleep(0.1), print("from a thread"))).start()
print("main ends")
