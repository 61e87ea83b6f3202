# what: opens memory, disks, kvm, fuse, consoles and every other device by its usual name
# layers: new_root, landlock
import glob
import os

names = ["mem", "kmem", "port", "kmsg", "kvm", "fuse", "cuse", "loop-control", "loop0", "sda", "vda", "xvda", "nvme0", "nvme0n1", "dm-0", "ram0",
         "net/tun", "vhost-net", "vhost-vsock", "vsock", "uinput", "uhid", "input/event0", "input/mice", "snd/timer", "dri/card0",
         "dri/renderD128", "mapper/control", "btrfs-control", "cpu/0/msr", "cpu_dma_latency", "hpet", "rtc0", "userfaultfd", "nvram",
         "autofs", "ppp", "rfkill", "ashmem", "binder", "udmabuf", "dma_heap/system", "tpm0", "tpmrm0", "sev-guest", "tdx_guest", "sgx_enclave",
         "vfio/vfio", "iommu", "hwrng", "ptp0", "mei0", "fb0", "video0", "nvidia0", "nvidiactl", "kfd", "ntsync", "sg0", "bsg",
         "hugepages", "mqueue", "shm/../mem", "console", "tty", "tty0", "tty1", "ttyS0", "hvc0", "ptmx", "pts/0", "pts/ptmx", "vcs", "vcsa"]
names += [path[5:] for path in glob.glob("/dev/*") + glob.glob("/dev/*/*") if "watchdog" not in path]
harmless = {"null", "zero", "full", "random", "urandom"}
for name in names:
    path = os.path.join("/dev", name)
    if name in harmless or name.startswith(("shm", "fd/", "std", "fd")) and name != "shm/../mem" or os.path.isdir(path):
        continue
    for flags in (os.O_RDONLY, os.O_WRONLY, os.O_RDWR):
        try:
            os.close(os.open(path, flags | os.O_NONBLOCK | os.O_NOCTTY))
            print("ESCAPED opened", path, flags)
        except OSError:
            pass
print("contained")
