# what: connects, sends datagrams and asks for names: TCP, UDP, ICMP, DNS
# layers: seccomp, net_namespace
import socket

for family, kind, address in ((socket.AF_INET, socket.SOCK_STREAM, ("1.1.1.1", 443)), (socket.AF_INET, socket.SOCK_DGRAM, ("1.1.1.1", 53)),
                              (socket.AF_INET6, socket.SOCK_DGRAM, ("2606:4700:4700::1111", 53)),
                              (socket.AF_INET, socket.SOCK_STREAM, ("169.254.169.254", 80)),
                              (socket.AF_INET, socket.SOCK_DGRAM, ("169.254.169.254", 80)),
                              (socket.AF_INET, socket.SOCK_DGRAM, ("255.255.255.255", 9)),
                              (socket.AF_INET, socket.SOCK_DGRAM, ("224.0.0.1", 9)), (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 9))):
    try:
        connection = socket.socket(family, kind)
        connection.settimeout(0.2)
        connection.connect(address)
        connection.send(b"x")
        print("ESCAPED sent to", address)
    except OSError:
        pass
for name in ("example.com", "metadata.google.internal", "kubernetes.default.svc"):
    try:
        print("ESCAPED resolved", name, socket.gethostbyname(name))
    except OSError:
        pass
print("contained")
