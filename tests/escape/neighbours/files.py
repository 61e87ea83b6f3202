# what: two runs meet at a file whose name both know, in every directory that might be shared
# layers: new_root, tmpfs, landlock
# runs: 2 at once
import os, sys, tempfile, time

places = {tempfile.gettempdir(), os.getcwd(), "/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/run/lock", "/dev/mqueue", "/usr/share", "/etc",
          "/root", "/home", SERVICE_CWD, os.path.dirname(SECRET_FILE), os.path.dirname(os.__file__), *filter(None, sys.path)}
made = []
if ROLE == 0:
    for place in places:
        try:
            with open(os.path.join(place, TOKEN), "x") as file:
                file.write("here")
            made.append(os.path.join(place, TOKEN))
        except OSError:
            pass
    time.sleep(0.6)
    for path in made:
        os.unlink(path)
else:
    deadline = time.monotonic() + 0.5
    while time.monotonic() < deadline:
        for place in places:
            try:
                with open(os.path.join(place, TOKEN)) as file:
                    print("ESCAPED", place, file.read())
            except OSError:
                pass
        time.sleep(0.02)
print("contained")
