import sys
from multiprocessing import get_context, shared_memory
def work(name):
    block = shared_memory.SharedMemory(name=name)
    block.buf[0] = 7
    block.close()
block = shared_memory.SharedMemory(create=True, size=16)
p = get_context("fork").Process(target=work, args=(block.name,))
p.start(); p.join()
print(block.buf[0])
block.close()
block.unlink()
