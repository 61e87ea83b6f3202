# what: reaches the machine through the magic links of /proc
# layers: new_root, landlock
import os

for who in ("self", "thread-self", "1", str(os.getppid()), str(SERVICE_PID), str(ZYGOTE_PID)):
    for link in ("root", "cwd", "cwd/../../../../../..", "task/" + who + "/root", "exe/../../../..", "root/proc/1/root"):
        base = f"/proc/{who}/{link}"
        try:
            with open(base + SECRET_FILE, "rb") as file:
                print("ESCAPED read", base, file.read(80))
        except OSError:
            pass
for number in range(64):
    for base in (f"/proc/self/fd/{number}", f"/dev/fd/{number}", f"/proc/{SERVICE_PID}/fd/{number}"):
        try:
            with open(base + "/../../../../.." + SECRET_FILE, "rb") as file:
                print("ESCAPED read", base, file.read(80))
        except OSError:
            pass
print("contained")
