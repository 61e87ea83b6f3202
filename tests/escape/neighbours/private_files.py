# what: looks through /tmp for the private directory of the other run, and reads what is in it
# layers: tmpfs, landlock
# runs: 2 at once
import os, tempfile, time

own = os.path.realpath(os.getcwd())
with open(os.path.join(tempfile.gettempdir(), TOKEN + "-private"), "w") as file:
    file.write("private")
time.sleep(0.3)
seen = 0
for top in ("/tmp", "/var/tmp", "/dev/shm", os.path.dirname(own)):
    for directory, directories, names in os.walk(top):
        seen += 1
        if seen > 5000:
            break
        if own != "/tmp" and os.path.realpath(directory).startswith(own):
            continue
        if own == "/tmp" and directory == own:
            continue
        for name in names:
            if name == TOKEN + "-private":
                try:
                    print("ESCAPED", directory, open(os.path.join(directory, name)).read())
                except OSError:
                    pass
time.sleep(0.3)
print("contained")
