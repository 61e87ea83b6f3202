# what: reads hardware, firmware and cgroup facts from /sys
# layers: new_root, landlock@locked-down
import os

for path in ("/sys", "/sys/class/net", "/sys/block", "/sys/firmware/efi/efivars", "/sys/firmware/acpi/tables", "/sys/fs/cgroup",
             "/sys/kernel/debug", "/sys/kernel/tracing", "/sys/kernel/security", "/sys/fs/bpf", "/sys/fs/pstore", "/sys/devices"):
    try:
        print("ESCAPED listed", path, os.listdir(path)[:5])
    except OSError:
        pass
for path in ("/sys/class/dmi/id/product_uuid", "/sys/class/dmi/id/product_name", "/sys/kernel/notes", "/sys/kernel/vmcoreinfo",
             "/sys/hypervisor/uuid", "/sys/kernel/mm/transparent_hugepage/enabled", "/sys/fs/cgroup/cgroup.procs", "/sys/class/net/eth0/address",
             "/sys/kernel/security/lsm", "/sys/devices/virtual/dmi/id/board_serial", "/sys/module/kernel/sections/.text"):
    try:
        with open(path, "rb") as file:
            print("ESCAPED read", path, file.read(60))
    except OSError:
        pass
print("contained")
