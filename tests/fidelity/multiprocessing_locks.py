import multiprocessing
context = multiprocessing.get_context("fork")
def add(lock, value):
    for _ in range(100):
        with lock:
            value.value += 1
lock = context.Lock()
value = context.Value("i", 0)
workers = [context.Process(target=add, args=(lock, value)) for _ in range(3)]
for w in workers: w.start()
for w in workers: w.join()
print(value.value)
