# what: leaves files for the next run wherever it can write
# layers: tmpfs, supervision@locked-down
# runs: 2 in turn
import os, sys, tempfile

places = {tempfile.gettempdir(), os.getcwd(), "/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/run/lock", SERVICE_CWD,
          os.path.expanduser("~"), os.environ.get("MPLCONFIGDIR", "/tmp"), os.path.dirname(os.__file__), *filter(None, sys.path)}
for place in places:
    path = os.path.join(place, TOKEN)
    if ROLE == 1 and os.path.exists(path):
        print("ESCAPED", path, "was left")
    if ROLE == 0:
        try:
            with open(path, "w") as file:
                file.write("left")
        except OSError:
            pass
print("contained")
