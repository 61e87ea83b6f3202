# A profiler sees the hooks of libraries when the program forks, and none of ours.
import os
import sys

import random  # noqa: F401 - its hook, and threading's, are to be seen alike

seen = []


def note(frame, event, argument):
    if event == "call":
        seen.append(frame.f_code.co_name)


sys.setprofile(note)
child = os.fork()
sys.setprofile(None)
if child == 0:
    print("child", "call_after_in_child" in seen, "call_before_fork" in seen, flush=True)
    os._exit(0)
os.waitpid(child, 0)
print("parent", seen)
