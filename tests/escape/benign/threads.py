# what: computes with a pool of threads, locks and queues
import queue, threading
from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor(8) as pool:
    assert sum(pool.map(lambda x: x * x, range(100))) == 328350
results = queue.Queue()
threads = [threading.Thread(target=results.put, args=(n,)) for n in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert sorted(results.queue) == list(range(8))
print("benign ok")
