# what: leaves locks on files that every run can read for the next one to find
# layers: supervision
# runs: 2 in turn
import fcntl, os

with open(os.__file__, "rb") as file:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if ROLE == 1:
            print("ESCAPED the last run's lock is held")
    except OSError:
        pass
    try:
        if os.fork() == 0:
            import time

            time.sleep(30)
            os._exit(0)
    except OSError:
        pass
    print("contained", flush=True)
    os._exit(0)
