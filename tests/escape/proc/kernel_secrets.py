# what: reads what tells about the kernel: kcore, kallsyms, kmsg, iomem, keys, modules, slabs
# layers: new_root, landlock
import os

for name in ("kcore", "kallsyms", "kmsg", "iomem", "ioports", "modules", "keys", "key-users", "config.gz", "vmallocinfo", "slabinfo",
             "timer_list", "sched_debug", "pagetypeinfo", "kpagecount", "kpageflags", "kpagecgroup", "interrupts", "cmdline", "version",
             "partitions", "diskstats", "mounts", "swaps", "locks", "bus/pci/devices", "acpi/event", "asound/cards", "driver/rtc",
             "fs/jbd2", "scsi/scsi", "stat", "loadavg", "uptime", "sysvipc/shm", "sysvipc/msg", "sysvipc/sem", "lock_stat"):
    try:
        fd = os.open("/proc/" + name, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        continue
    try:
        data = os.read(fd, 60)
        if data:  # a container covers some of them with /dev/null
            print("ESCAPED read", name, data)
    except OSError:
        pass
    os.close(fd)
print("contained")
