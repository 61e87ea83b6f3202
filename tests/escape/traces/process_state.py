# what: leaves limits, umask, directory, priority, affinity, signal handlers and masks, timers for the next run
# layers: supervision
# runs: 2 in turn
import os, resource, signal, threading

state = [
    os.getcwd(),
    os.umask(0o22),
    os.getpriority(os.PRIO_PROCESS, 0),
    len(os.sched_getaffinity(0)) > 1 or os.cpu_count() == 1,
    [resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE)],
    signal.getsignal(signal.SIGUSR1),
    signal.pthread_sigmask(signal.SIG_BLOCK, []),
    signal.getitimer(signal.ITIMER_REAL),
    threading.active_count(),
]
if ROLE == 1:
    if state[1] == 0o777 or state[2] == 13 or not state[3] or 7 in state[4] or state[5] == signal.SIG_IGN:
        print("ESCAPED", state)
    if state[6] or state[7] != (0.0, 0.0) or state[8] != 1:
        print("ESCAPED", state)
else:
    os.umask(0o777)
    try:
        os.setpriority(os.PRIO_PROCESS, 0, 13)  # one that the service was hardly started with
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    except OSError:
        pass
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
    signal.setitimer(signal.ITIMER_REAL, 60)
    resource.setrlimit(resource.RLIMIT_NOFILE, (7, 7))
    threading.Thread(target=threading.Event().wait, daemon=True).start()
print("contained")
