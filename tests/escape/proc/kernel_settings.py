# what: opens every kernel setting for writing: core_pattern, modprobe, binfmt_misc and the rest
# layers: new_root, landlock
import os

known = ["kernel/core_pattern", "kernel/modprobe", "kernel/hotplug", "kernel/poweroff_cmd", "kernel/randomize_va_space",
         "kernel/kptr_restrict", "kernel/dmesg_restrict", "kernel/hostname", "kernel/domainname", "kernel/ns_last_pid", "kernel/panic",
         "kernel/unprivileged_bpf_disabled", "kernel/perf_event_paranoid", "kernel/yama/ptrace_scope", "kernel/usermodehelper/bset",
         "kernel/cap_last_cap", "kernel/threads-max", "kernel/shmmax", "kernel/io_uring_disabled", "fs/suid_dumpable", "fs/file-max",
         "fs/protected_symlinks", "fs/binfmt_misc/register", "fs/mqueue/msg_max", "vm/overcommit_memory", "vm/drop_caches",
         "vm/mmap_min_addr", "vm/oom_kill_allocating_task", "net/ipv4/ip_forward", "net/core/rmem_max", "user/max_user_namespaces"]
paths = {"/proc/sys/" + name for name in known}
for top, _, names in os.walk("/proc/sys"):
    paths |= {os.path.join(top, name) for name in names}
for path in sorted(paths):
    try:
        os.close(os.open(path, os.O_WRONLY))
        print("ESCAPED open for writing", path)
    except OSError:
        pass
print("contained")
