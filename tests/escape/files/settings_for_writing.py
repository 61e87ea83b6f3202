# what: opens what every process of the machine reads for writing: ld.so.cache, passwd, hosts, zoneinfo, fonts
# layers: new_root, landlock
import glob
import os

files = ["/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/passwd", "/etc/group", "/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf",
         "/etc/matplotlibrc", "/etc/mime.types", "/etc/localtime", "/etc/crontab", "/etc/profile", "/etc/environment", SECRET_FILE]
files += glob.glob("/usr/share/zoneinfo/E*")[:5] + glob.glob("/etc/fonts/*")[:5] + glob.glob("/usr/share/fonts/*/*")[:5]
for path in files:
    existed = os.path.lexists(path)
    for flags in (os.O_WRONLY, os.O_RDWR | os.O_APPEND, os.O_WRONLY | os.O_CREAT | os.O_EXCL):
        try:
            fd = os.open(path, flags, 0o600)
        except OSError:
            continue
        os.close(fd)
        print("ESCAPED open for writing", path)
        if not existed:
            os.unlink(path)
print("contained")
