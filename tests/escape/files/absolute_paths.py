# what: opens secrets of the machine by their absolute names
# layers: new_root, landlock
import glob

paths = [SECRET_FILE, "/etc/shadow", "/etc/gshadow", "/etc/sudoers", "/etc/machine-id", "/root/.bash_history",
         "/root/.ssh/authorized_keys", "/run/secrets/kubernetes.io/serviceaccount/token", "/var/log/dpkg.log",
         "/var/lib/dpkg/status", "/.dockerenv", "/boot/config"]
paths += glob.glob("/etc/ssh/*_key") + glob.glob("/home/*/.*")[:50] + glob.glob(SERVICE_CWD + "/*")[:50]
for path in paths:
    try:
        with open(path, "rb") as file:
            print("ESCAPED read", path, file.read(80))
    except OSError:
        pass
print("contained")
