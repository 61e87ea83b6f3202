# what: reads environment, command line, memory and limits of the service, the fork server and pid 1
# layers: new_root, landlock@locked-down
import os

for pid in {1, os.getppid(), SERVICE_PID, ZYGOTE_PID}:
    for name in ("environ", "maps", "mem", "auxv", "stack", "syscall", "pagemap", "smaps", "io", "cmdline", "status", "fdinfo/0",
                 "limits", "mountinfo", "cgroup", "net/unix"):
        try:
            with open(f"/proc/{pid}/{name}", "rb") as file:
                data = file.read(200) if name != "mem" else b"opened"
            if data:
                print("ESCAPED read", pid, name, data)
        except OSError:
            pass
    for name in ("fd", "task", "map_files", "ns", "cwd", "root"):
        try:
            print("ESCAPED listed", pid, name, os.listdir(f"/proc/{pid}/{name}")[:9])
        except OSError:
            pass
print("contained")
