import multiprocessing
def work():
    raise ValueError("in a process")
p = multiprocessing.get_context("fork").Process(target=work, name="worker")
p.start(); p.join()
print(p.exitcode)
