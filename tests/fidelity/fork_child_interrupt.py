# fidelity: policy off
import os
pid = os.fork()
if pid == 0:
    raise KeyboardInterrupt
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
