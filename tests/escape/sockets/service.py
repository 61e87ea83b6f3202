# what: connects to the service that runs it and asks for a run of its own
# layers: seccomp, net_namespace, landlock
import socket
import urllib.request

for host in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "127.0.0.2", "::ffff:127.0.0.1", "host.docker.internal"):
    try:
        with socket.create_connection((host, PORT), 0.5) as connection:
            connection.sendall(b"GET /health HTTP/1.0\r\n\r\n")
            print("ESCAPED connected to the service", host, connection.recv(60))
    except OSError:
        pass
try:
    print("ESCAPED", urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=0.5).status)
except OSError:
    pass
print("contained")
