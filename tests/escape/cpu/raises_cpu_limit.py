# what: raises its limit on processor time, and takes SIGXCPU for itself
# layers: supervision, rlimits
# expect: timeout
# request: "timeout": 1
import resource, signal

signal.signal(signal.SIGXCPU, signal.SIG_IGN)
for value in ((-1, -1), (10**6, 10**6)):
    try:
        resource.setrlimit(resource.RLIMIT_CPU, value)
        print("ESCAPED raised the limit", flush=True)
    except (OSError, ValueError):
        pass
while True:
    pass
