# what: uses directory descriptors as a ladder: openat(fd, "..") until the top
# layers: new_root, landlock
import os
import tempfile

bare = SECRET_FILE.lstrip("/")
for start in (".", "/", tempfile.gettempdir(), os.path.dirname(os.__file__), "/dev", "/usr", "/etc"):
    for flags in (os.O_RDONLY | os.O_DIRECTORY, os.O_PATH | os.O_DIRECTORY):
        try:
            at = os.open(start, flags)
        except OSError:
            continue
        for _ in range(30):
            for name in (bare, "/" + bare, "../" * 30 + bare):
                try:
                    print("ESCAPED read", start, os.read(os.open(name, os.O_RDONLY, dir_fd=at), 80))
                except OSError:
                    pass
            try:
                above = os.open("..", flags, dir_fd=at)
            except OSError:
                break
            os.close(at)
            at = above
        os.close(at)
print("contained")
