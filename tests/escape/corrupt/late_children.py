# what: starts children in atexit functions and destructors, when the runner is cleaning up
# layers: pid_namespace, seccomp@locked-down
import atexit, os, time


def spawn():
    try:
        if os.fork() == 0:
            os.closerange(0, 256)
            time.sleep(600)
            os._exit(0)
    except OSError:
        pass


class Late:
    def __del__(self):
        spawn()


late = Late()
atexit.register(spawn)
print("contained")
