# what: vsock to the host and the hypervisor: a way between boxes that no network namespace divides
# layers: seccomp
import socket

for cid in (0, 1, 2, 3, 0xFFFFFFFF):
    for port in (1, 22, 1024, 2222, 52):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
            try:
                with socket.socket(40, kind) as connection:
                    print("ESCAPED vsock", kind)
                    connection.settimeout(0.1)
                    connection.connect((cid, port))
                    print("ESCAPED connected", cid, port)
            except OSError:
                pass
print("contained")
