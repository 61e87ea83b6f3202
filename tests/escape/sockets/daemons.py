# what: connects to the daemons of the machine by their socket files: dbus, docker, containerd, systemd, X11, agents
# layers: seccomp, new_root
import glob
import os
import socket

paths = ["/run/dbus/system_bus_socket", "/var/run/docker.sock", "/run/containerd/containerd.sock", "/run/podman/podman.sock", "/run/systemd/private",
         "/run/systemd/notify", "/run/systemd/journal/stdout", "/run/systemd/journal/socket", "/dev/log", "/run/snapd.socket", "/run/nscd/socket",
         "/run/udev/control", "/tmp/.X11-unix/X0", "/run/crio/crio.sock", "/run/lvm/lvmpolld.socket", "/run/mysqld/mysqld.sock",
         "/var/run/postgresql/.s.PGSQL.5432", f"/run/user/{os.getuid()}/bus"]
paths += glob.glob("/run/*.sock*") + glob.glob("/tmp/ssh-*/agent*") + glob.glob("/run/user/*/bus")
for path in paths + ["\0" + path for path in ("/tmp/.X11-unix/X0", "/org/kernel/linux/storage/multipathd", "/containerd-shim/1.sock@", "snap")]:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        try:
            with socket.socket(socket.AF_UNIX, kind) as connection:
                connection.settimeout(0.2)
                connection.connect(path)
                print("ESCAPED connected", path)
        except OSError:
            pass
print("contained")
