# what: walks up from every visible directory of the interpreter
# layers: new_root, landlock
import os
import sys

bare = SECRET_FILE.lstrip("/")
starts = set(sys.path) | {os.path.dirname(os.__file__), os.path.dirname(sys.executable), "/dev", "/etc", "/usr/share",
                          "/usr/share/zoneinfo", "/etc/alternatives", "/var/cache", "/dev/shm", "/lib64", "/lib"}
for start in sorted(starts):
    for depth in (1, 2, 3, 4, 5, 30):
        name = os.path.join(start, "../" * depth + bare)
        for path in (name, os.path.realpath(start) + "/" + "../" * depth + bare):
            try:
                with open(path, "rb") as file:
                    print("ESCAPED read", path, file.read(80))
            except (OSError, ValueError):
                pass
print("contained")
