# what: raises hard limits again: setrlimit, prlimit, in a thread, by one
# layers: capabilities, identity
import resource
import threading


def look():
    for name in dir(resource):
        if not name.startswith("RLIMIT_"):
            continue
        which = getattr(resource, name)
        soft, hard = resource.getrlimit(which)
        if hard == resource.RLIM_INFINITY:
            continue
        for wanted in (resource.RLIM_INFINITY, hard + 1, hard * 2 + 1, (1 << 63) - 1):
            for function in (lambda: resource.setrlimit(which, (soft, wanted)), lambda: resource.prlimit(0, which, (soft, wanted))):
                try:
                    function()
                    print("ESCAPED raised", name, wanted)
                except (OSError, ValueError):
                    pass


look()
thread = threading.Thread(target=look)
thread.start()
thread.join()
print("contained")
