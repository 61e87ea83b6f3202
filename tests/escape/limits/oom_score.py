# what: has the kernel kill others before itself when memory is short
# layers: new_root, landlock, capabilities
import os

for pid in ("self", str(SERVICE_PID), str(os.getpid())):
    for name, value in (("oom_score_adj", "-1000"), ("oom_score_adj", "-1"), ("oom_adj", "-17"), ("coredump_filter", "0xff")):
        try:
            with open("/proc/%s/%s" % (pid, name), "w") as file:
                file.write(value)
            print("ESCAPED wrote", name, "of", pid)
        except OSError:
            pass
print("contained")
