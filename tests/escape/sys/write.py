# what: opens switches below /sys for writing (and writes nothing)
# layers: new_root, landlock
import glob
import os

paths = ["/sys/kernel/uevent_helper", "/sys/power/state", "/sys/power/mem_sleep", "/sys/kernel/mm/ksm/run", "/sys/kernel/profiling",
         "/sys/kernel/mm/transparent_hugepage/enabled", "/sys/module/kernel/parameters/crash_kexec_post_notifiers", "/sys/fs/cgroup/cgroup.procs",
         "/sys/fs/cgroup/cgroup.subtree_control", "/sys/kernel/tracing/trace_marker", "/sys/kernel/debug/tracing/trace_marker",
         "/sys/kernel/security/apparmor/.load", "/sys/fs/selinux/enforce", "/sys/bus/pci/rescan", "/sys/class/leds"]
for pattern in ("/sys/fs/cgroup/*", "/sys/fs/cgroup/*/*", "/sys/module/*/parameters/*", "/sys/kernel/*", "/sys/bus/*/uevent"):
    paths += glob.glob(pattern)[:300]
for path in paths:
    try:
        os.close(os.open(path, os.O_WRONLY))
        print("ESCAPED open for writing", path)
    except OSError:
        pass
print("contained")
