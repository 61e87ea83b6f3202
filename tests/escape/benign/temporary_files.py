# what: writes, reads, renames and removes files and directories
import os, pathlib, shutil, tempfile

with tempfile.TemporaryDirectory() as directory:
    path = pathlib.Path(directory, "a", "b.txt")
    path.parent.mkdir()
    path.write_text("hello")
    path.rename(path.with_suffix(".md"))
    shutil.copytree(path.parent, pathlib.Path(directory, "c"))
    assert pathlib.Path(directory, "c", "b.md").read_text() == "hello"
assert not os.path.exists(directory)
with tempfile.NamedTemporaryFile() as file, tempfile.TemporaryFile() as other:
    file.write(b"x" * 100000)
    other.write(b"y")
with open("in_cwd.txt", "w") as file:
    file.write("x")
os.remove("in_cwd.txt")
print("benign ok")
