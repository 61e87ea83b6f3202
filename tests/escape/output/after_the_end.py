# what: a child goes on writing once the program has ended, to be counted or waited for
# layers: supervision, seccomp@locked-down
import os, time

try:
    if os.fork() == 0:
        time.sleep(30)  # far beyond what a machine may stall for at the end
        os.write(1, b"ESCAPED the answer waited for a child\n")
        os._exit(0)
except OSError:
    pass
print("contained")
