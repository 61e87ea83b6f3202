# what: starts threads without end
# layers: rlimits@namespaces, cgroup_v1, cgroup_v2
# expect: contained, processes, memory
import threading

threading.stack_size(1 << 16)
stop = threading.Event()
made = 0
try:
    while made < 400:
        threading.Thread(target=stop.wait).start()
        made += 1
except (RuntimeError, MemoryError):
    pass
stop.set()
if made > 150:
    print("ESCAPED", made, "threads")
print("contained")
