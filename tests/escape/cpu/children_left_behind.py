# what: leaves children that compute for ever, and ends
# layers: pid_namespace, seccomp@locked-down
import os

for _ in range(8):
    try:
        if os.fork() == 0:
            while True:
                pass
    except OSError:
        pass
print("contained")
