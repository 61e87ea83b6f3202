import multiprocessing, os, sys
def work(queue, name):
    queue.put((name, __name__, multiprocessing.current_process().name))
context = multiprocessing.get_context("fork")
queue = context.Queue()
p = context.Process(target=work, args=(queue, "child"))
p.start()
print(queue.get())
p.join()
q = context.Process(target=sys.exit, args=(3,))
q.start(); q.join()
print(p.exitcode, q.exitcode)
