# what: starts threads with stacks that add up to many times the limit
# layers: rlimits, cgroup_v1, cgroup_v2
# expect: contained, memory
# request: "timeout": 60, "max_memory_mb": 64
import _thread, threading, time

lock = _thread.allocate_lock()
lock.acquire()
total = 0
for megabytes in (200, 150, 100, 30, 30, 30, 30, 30, 30):
    try:
        threading.stack_size(megabytes << 20)
        _thread.start_new_thread(lock.acquire, ())
        total += megabytes
    except (RuntimeError, ValueError, MemoryError):
        pass
if total > 110:
    print("ESCAPED stacks of", total, "MiB")
time.sleep(0.1)
print("contained", flush=True)
