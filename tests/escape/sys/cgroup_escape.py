# what: makes a cgroup, moves there, names a release agent (CVE-2022-0492)
# layers: new_root, landlock
import os

tops = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"] + ["/sys/fs/cgroup/" + name for name in ("memory", "pids", "cpu", "rdma", "systemd", "devices")]
try:
    with open("/proc/self/cgroup") as file:
        tops += ["/sys/fs/cgroup" + line.strip().split(":", 2)[2] for line in file]
except OSError:
    pass
for top in tops:
    path = os.path.join(top, TOKEN)
    try:
        os.mkdir(path)
        print("ESCAPED made a cgroup", path)
        os.rmdir(path)
    except OSError:
        pass
    for name in ("cgroup.procs", "tasks", "release_agent", "notify_on_release", "memory.max", "memory.limit_in_bytes", "pids.max",
                 "cgroup.kill", "cgroup.freeze", "devices.allow", "cpuset.cpus"):
        try:
            os.close(os.open(os.path.join(top, name), os.O_WRONLY))
            print("ESCAPED open for writing", top, name)
        except OSError:
            pass
print("contained")
