# fidelity: policy off
import atexit, os
class A:
    def __del__(self): print("del", who, flush=True)
who = "parent"
a = A()
atexit.register(lambda: print("atexit", who, flush=True))
pid = os.fork()
if pid == 0:
    who = "child"
else:
    print("status", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
print("end of", who, flush=True)
