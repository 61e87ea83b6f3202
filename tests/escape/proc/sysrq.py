# what: opens /proc/sysrq-trigger and its switch for writing (and writes nothing)
# layers: new_root, landlock
import os

for name in ("/proc/sysrq-trigger", "/proc/sys/kernel/sysrq", "/proc/acpi/sleep", "/proc/mtrr", "/proc/scsi/scsi", "/proc/driver/nvram",
             "/proc/irq/default_smp_affinity", "/proc/timer_stats", "/proc/bus/pci/00/00.0", "/proc/fs/nfsd/threads"):
    for flags in (os.O_WRONLY, os.O_RDWR, os.O_WRONLY | os.O_APPEND):
        try:
            os.close(os.open(name, flags))
            print("ESCAPED open for writing", name)
        except OSError:
            pass
print("contained")
