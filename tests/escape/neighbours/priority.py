# what: lowers the priority of the other run by its user, and pins its processes
# layers: seccomp
# runs: 2 at once
import os, time

if ROLE == 0:
    for which, who in ((os.PRIO_USER, 0), (os.PRIO_USER, os.getuid()), *((os.PRIO_PROCESS, pid) for pid in range(2, 100))):
        if which == os.PRIO_PROCESS and who == os.getpid():
            continue
        try:
            os.setpriority(which, who, 13)
            print("ESCAPED setpriority", which, who)
        except OSError:
            pass
else:
    time.sleep(0.5)
    if os.getpriority(os.PRIO_PROCESS, 0) == 13:  # the service need not have been started with 0
        print("ESCAPED our priority was changed")
print("contained")
