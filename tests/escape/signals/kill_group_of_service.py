# what: signals the process groups and sessions of the service and of its fork server
# layers: pid_namespace, identity, own_signals
import os, signal

groups = set()
for pid in (SERVICE_PID, ZYGOTE_PID):
    groups.add(pid)
    for ask in (os.getpgid, os.getsid):
        try:
            groups.add(ask(pid))
        except OSError:
            pass
for group in groups - {0, 1, os.getpid(), os.getpgrp()}:
    for number in (0, signal.SIGCONT, signal.SIGURG):
        try:
            os.killpg(group, number)
            print("ESCAPED signal", number, "to group", group)
        except OSError:
            pass
print("contained")
