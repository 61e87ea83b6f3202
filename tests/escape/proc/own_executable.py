# what: opens the running interpreter for writing through /proc/self/exe (CVE-2019-5736)
# layers: new_root, landlock
import os

names = ["/proc/self/exe", f"/proc/{os.getpid()}/exe", "/proc/1/exe", f"/proc/{os.getppid()}/exe", f"/proc/{ZYGOTE_PID}/exe"]
for name in names:
    for flags in (os.O_WRONLY, os.O_RDWR, os.O_WRONLY | os.O_APPEND):
        try:
            os.close(os.open(name, flags))
            print("ESCAPED open for writing", name)
        except OSError:
            pass
    try:
        handle = os.open(name, os.O_PATH)
        os.close(os.open(f"/proc/self/fd/{handle}", os.O_WRONLY))
        print("ESCAPED reopened for writing", name)
    except OSError:
        pass
print("contained")
