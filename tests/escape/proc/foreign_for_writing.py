# what: opens what changes another process for writing: mem, comm, oom_score_adj, clear_refs, coredump_filter
# layers: new_root, landlock
import os

for pid in {1, os.getppid(), SERVICE_PID, ZYGOTE_PID}:
    for name in ("mem", "comm", "oom_score_adj", "oom_adj", "clear_refs", "coredump_filter", "autogroup", "timerslack_ns", "loginuid",
                 "sched", "make-it-fail", "uid_map", "gid_map", "setgroups", "attr/current", "timens_offsets", "latency"):
        try:
            os.close(os.open(f"/proc/{pid}/{name}", os.O_WRONLY))
            print("ESCAPED", pid, name)
        except OSError:
            pass
print("contained")
