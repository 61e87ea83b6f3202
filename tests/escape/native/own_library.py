# what: writes a library to its scratch space and loads it
# layers: tmpfs
# profile: namespaces
import _ctypes, ctypes, mmap, os, tempfile

source = getattr(_ctypes, "__file__", None)
for directory in {tempfile.gettempdir(), os.getcwd(), "/tmp", "/dev/shm"}:
    path = os.path.join(directory, "own.so")
    try:
        with open(path, "wb") as file:
            file.write(open(source, "rb").read() if source else b"\x7fELF" + bytes(4092))
        os.chmod(path, 0o755)
    except OSError:
        continue
    try:
        ctypes.CDLL(path)
        print("ESCAPED loaded", path)
    except OSError:
        pass
    with open(path, "rb") as file:
        try:
            mmap.mmap(file.fileno(), 4096, mmap.MAP_PRIVATE, mmap.PROT_READ | 4)
            print("ESCAPED mapped", path)
        except OSError:
            pass
print("contained")
