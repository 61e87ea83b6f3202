# what: netlink of every protocol: routes, audit, uevents, sock_diag, crypto, generic
# layers: seccomp
import socket

for protocol in range(32):
    for kind in (socket.SOCK_RAW, socket.SOCK_DGRAM):
        try:
            with socket.socket(socket.AF_NETLINK, kind, protocol) as link:
                link.bind((0, 0))
                print("ESCAPED netlink", protocol)
        except OSError:
            pass
try:
    print("ESCAPED interfaces", socket.if_nameindex())
except OSError:
    pass
print("contained")
