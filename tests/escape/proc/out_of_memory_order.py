# what: puts itself last in the order in which the kernel kills for memory
# layers: new_root, landlock
import os

for who in ("self", str(os.getpid()), "thread-self"):
    for name, value in (("oom_score_adj", "-1000"), ("oom_score_adj", "-1"), ("oom_adj", "-17"), ("autogroup", "-19"),
                        ("coredump_filter", "0xff"), ("timerslack_ns", "1")):
        try:
            with open(f"/proc/{who}/{name}", "r+") as file:
                before = file.read().strip()
                file.seek(0)
                file.write(value)
                file.flush()
                print("ESCAPED set", name, value)
                file.seek(0)
                file.write(before)
        except OSError:
            pass
print("contained")
