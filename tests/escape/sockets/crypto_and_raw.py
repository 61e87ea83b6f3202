# what: AF_ALG, packet, raw, XDP, Bluetooth, CAN, TIPC, SMC, RDS, QRTR and KCM, each as its exploits open it
# layers: seccomp
import socket

for name, family, kind, protocol, address in (
    ("alg", 38, socket.SOCK_SEQPACKET, 0, ("skcipher", "cbc(aes)")), ("packet", 17, socket.SOCK_RAW, 0x0300, None),
    ("raw", 2, socket.SOCK_RAW, 1, None),
    ("ping", 2, socket.SOCK_DGRAM, 1, None), ("xdp", 44, socket.SOCK_RAW, 0, None), ("l2cap", 31, socket.SOCK_SEQPACKET, 0, None),
    ("hci", 31, socket.SOCK_RAW, 1, None), ("can", 29, socket.SOCK_RAW, 1, None), ("bcm", 29, socket.SOCK_DGRAM, 2, None), ("tipc", 30, 4, 0, None),
    ("smc", 43, socket.SOCK_STREAM, 0, None), ("rds", 21, socket.SOCK_SEQPACKET, 0, None), ("qrtr", 42, socket.SOCK_DGRAM, 0, None),
    ("kcm", 41, socket.SOCK_DGRAM, 0, None), ("pppox", 24, socket.SOCK_DGRAM, 2, None), ("dccp", 2, 6, 33, None), ("sctp", 2, 1, 132, None),
    ("mptcp", 2, 1, 262, None), ("udplite", 2, 2, 136, None), ("key", 15, socket.SOCK_RAW, 2, None), ("nfc", 39, socket.SOCK_RAW, 0, None),
    ("phonet", 35, socket.SOCK_DGRAM, 0, None), ("caif", 37, 5, 0, None), ("llc", 26, 1, 0, None), ("ax25", 3, 5, 0, None), ("x25", 9, 5, 0, None),
    ("appletalk", 5, 2, 0, None), ("vsock", 40, 1, 0, None), ("iucv", 32, 1, 0, None), ("rxrpc", 33, 2, 2, None), ("mctp", 45, 2, 0, None),
):
    try:
        with socket.socket(family, kind, protocol) as opened:
            if address:
                opened.bind(address)
            print("ESCAPED", name)
    except OSError:
        pass
print("contained")
