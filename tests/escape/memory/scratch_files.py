# what: keeps memory in files of its scratch space
# layers: tmpfs, cgroup_v2@locked-down, supervision@locked-down
# expect: contained, memory, file_size
import os, tempfile

total = 0
for directory in {tempfile.gettempdir(), os.getcwd(), "/tmp", "/dev/shm", "/var/tmp", "/run/shm"}:
    for number in range(400):
        try:
            with open(os.path.join(directory, "big-%d" % number), "wb") as file:
                file.write(b"x" * (1 << 20))
        except OSError:
            break
        total += 1
    if total > 200:
        print("ESCAPED wrote", total, "MiB of files")
        break
print("contained")
