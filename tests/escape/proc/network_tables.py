# what: reads the sockets, routes and interfaces of the machine from /proc/net
# layers: new_root, landlock
import os

for base in ("/proc/net", "/proc/self/net", f"/proc/{SERVICE_PID}/net", "/proc/1/net", f"/proc/{ZYGOTE_PID}/net"):
    for name in ("tcp", "tcp6", "udp", "unix", "route", "arp", "dev", "if_inet6", "fib_trie", "netlink", "packet", "raw", "sockstat", "vsock"):
        try:
            with open(f"{base}/{name}") as file:
                print("ESCAPED read", base, name, file.read(60))
        except OSError:
            pass
print("contained")
