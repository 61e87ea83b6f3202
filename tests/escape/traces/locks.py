# what: leaves locks on files that every run can read for the next one to find
# layers: supervision
# runs: 2 in turn
import fcntl, os, time

with open(os.__file__, "rb") as file:
    held = True
    for _ in range(600):  # the answer comes before the last of the run has gone, which on a busy machine is a while
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            held = False
            break
        except BlockingIOError:
            time.sleep(0.05)
        except OSError:
            held = False
            break
    if held:
        print("ESCAPED the last run's lock is held")
    try:
        if os.fork() == 0:
            time.sleep(600)  # for as long as the next run tries
            os._exit(0)
    except OSError:
        pass
    print("contained", flush=True)
    os._exit(0)
