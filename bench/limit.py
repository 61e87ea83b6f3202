# SPDX-License-Identifier: MIT
"""The limit: how fast a forked interpreter can be if nothing at all confines it.

`python3 -I limit.py DESCRIPTOR [MODULE...]`: imports the modules, and then, per request on stdin: fork, compile, exec, flush,
exit, reap. The program's output goes to stdout, its wait status to the descriptor. Whatever isolates forked guests has to do all
of this too, at some time.
"""
import gc
import importlib
import os
import struct
import sys


def read_exactly(size):
    data = os.read(0, size)
    while 0 < len(data) < size:
        more = os.read(0, size - len(data))
        if not more:
            break
        data += more
    return data


def run(source):
    status = 0
    try:
        gc.enable()
        exec(compile(source, "main.py", "exec"), {"__name__": "__main__"})
        sys.stdout.flush()
    except BaseException:
        sys.excepthook(*sys.exc_info())
        status = 1
    os._exit(status)


def serve():
    while True:
        head = read_exactly(4)
        if len(head) < 4:
            return
        source = read_exactly(*struct.unpack("=I", head))
        pid = os.fork()
        if pid == 0:
            run(source)
        os.write(status_end, struct.pack("=i", os.waitpid(pid, 0)[1]))


status_end = int(sys.argv[1])
for name in sys.argv[2:]:
    importlib.import_module(name)
compile("", "main.py", "exec")  # the compiler makes its types the first time: not in every child
gc.collect()
gc.disable()
gc.freeze()
os.write(status_end, struct.pack("=i", 0))
serve()
