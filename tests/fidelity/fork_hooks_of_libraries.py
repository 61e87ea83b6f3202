# What libraries registered to be done at a fork is done when the program forks, in their order and the program's.
import os
import random
import threading

calls = []
os.register_at_fork(
    before=lambda: calls.append("before 1"),
    after_in_parent=lambda: calls.append("parent 1"),
    after_in_child=lambda: calls.append("child 1"),
)
os.register_at_fork(before=lambda: calls.append("before 2"), after_in_child=lambda: calls.append("child 2"))
random.seed(7)
here = random.Random(7).random()
main = threading.main_thread()
lock = threading.Lock()


def work():
    with lock:
        done.wait()


done = threading.Event()
other = threading.Thread(target=work)
other.start()
pid = os.fork()
if pid == 0:
    # A generator of its own, one thread that is the main one, and identifiers that are true.
    print(calls, random.random() != here, threading.active_count(), threading.current_thread() is main, flush=True)
    print(main.native_id == threading.get_native_id(), other.is_alive(), flush=True)
    os._exit(0)
os.waitpid(pid, 0)
done.set()
other.join()
print(calls, random.random() == here, threading.active_count(), main.native_id == threading.get_native_id())
print(os.register_at_fork.__module__, type(os.register_at_fork).__name__)
