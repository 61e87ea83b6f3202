# what: raises its limits: soft, hard, by setrlimit and prlimit, each kind
# layers: kernel, capabilities
import os, resource

kinds = {name: value for name, value in vars(resource).items() if name.startswith("RLIMIT_")}
for name, kind in kinds.items():
    soft, hard = resource.getrlimit(kind)
    if hard == -1:
        continue
    for value in ((soft, -1), (hard + 1, hard + 1), (-1, -1)):
        for attempt in (resource.setrlimit, lambda k, v: resource.prlimit(0, k, v), lambda k, v: resource.prlimit(os.getpid(), k, v)):
            try:
                attempt(kind, value)
                if resource.getrlimit(kind)[1] in (-1, hard + 1):
                    print("ESCAPED raised", name, value)
            except (OSError, ValueError, OverflowError):
                pass
print("contained")
