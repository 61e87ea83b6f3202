# what: raises its own priority, and changes that of everything its user or group owns
# layers: seccomp
import os

for which, who, value in (
    (os.PRIO_PROCESS, 0, -10),
    (os.PRIO_PROCESS, SERVICE_PID, 0),
    (os.PRIO_PROCESS, ZYGOTE_PID, 0),
    (os.PRIO_PGRP, 0, -1),
    (os.PRIO_PGRP, SERVICE_PID, 0),
    (os.PRIO_USER, 0, 0),
    (os.PRIO_USER, os.getuid(), -1),
):
    try:
        os.setpriority(which, who, value)
        print("ESCAPED setpriority", which, who, value)
    except OSError:
        pass
print("contained")
