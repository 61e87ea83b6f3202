# what: two runs meet at an abstract name that the kernel gives the end of a pair (SO_PASSCRED), five digits to guess
# layers: landlock, seccomp
# runs: 2 at once
# request: "timeout": 120
import socket, time

# A pair's end whose peer is gone becomes free to send to, and receive from, anybody.
try:
    a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
except OSError:
    print("contained")
    raise SystemExit
try:
    a.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
except OSError:
    pass
b.close()
try:
    a.send(b"x")
except OSError:
    pass
own = a.getsockname()
a.settimeout(6)
if ROLE == 0:
    try:
        print("ESCAPED the other run wrote", a.recv(100))
    except OSError:
        pass
else:
    time.sleep(0.3)
    deadline = time.monotonic() + 5
    for number in range(1 << 20):
        name = b"\0%05x" % number
        if name == own or number % 1000 == 0 and time.monotonic() > deadline:
            continue
        try:
            a.sendto(TOKEN.encode(), socket.MSG_DONTWAIT, name)
        except OSError:
            continue
        print("ESCAPED sent to", name)
        break
print("contained")
