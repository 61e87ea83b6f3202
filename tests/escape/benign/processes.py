# what: computes with multiprocessing by fork
# profile: namespaces
import multiprocessing, os


def square(x):
    return x * x


context = multiprocessing.get_context("fork")
with context.Pool(3) as pool:
    assert pool.map(square, range(20)) == [x * x for x in range(20)]
queue = context.Queue()
process = context.Process(target=queue.put, args=(os.getpid(),))
process.start()
assert queue.get(timeout=50) == os.getpid()
process.join()
assert process.exitcode == 0
print("benign ok")
