# what: the program ends at once, a child carries on as if it were the program
# layers: supervision, seccomp@locked-down
import os, time

print("contained", flush=True)
try:
    if os.fork() == 0:
        time.sleep(30)  # far beyond what a machine may stall for at the end
        print("ESCAPED ran on after the end", flush=True)
except OSError:
    pass
