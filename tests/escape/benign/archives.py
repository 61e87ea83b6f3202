# what: writes and reads zip, tar and gz archives
import gzip, io, os, tarfile, tempfile, zipfile

directory = tempfile.mkdtemp()
path = os.path.join(directory, "a.zip")
with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("x/y.txt", "hello" * 1000)
with zipfile.ZipFile(path) as archive:
    assert archive.read("x/y.txt") == b"hello" * 1000
    archive.extractall(directory)
with tarfile.open(os.path.join(directory, "a.tar.gz"), "w:gz") as archive:
    archive.add(os.path.join(directory, "x"))
assert gzip.decompress(gzip.compress(b"abc")) == b"abc"
print("benign ok")
