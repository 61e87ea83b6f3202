# what: asks descriptors for their namespaces: NS_GET_USERNS, NS_GET_PARENT, PIDFD_GET_*, SIOCGSKNS
# layers: seccomp
import fcntl
import os
import socket

left, right = socket.socketpair()
codes = dict(NS_GET_USERNS=0xB701, NS_GET_PARENT=0xB702, NS_GET_NSTYPE=0xB703, NS_GET_OWNER_UID=0xB704, SIOCGSKNS=0x894C,
             PIDFD_GET_MNT_NAMESPACE=0xFF03, PIDFD_GET_NET_NAMESPACE=0xFF04, PIDFD_GET_USER_NAMESPACE=0xFF09)
descriptors = [left.fileno(), right.fileno(), 0, 1, 2, os.open(".", os.O_RDONLY), os.open("/dev/null", os.O_RDONLY)]
descriptors += list(range(3, 300))
for name, code in codes.items():
    for fd in descriptors:
        try:
            print("ESCAPED", name, fd, fcntl.ioctl(fd, code))
        except OSError:
            pass
print("contained")
