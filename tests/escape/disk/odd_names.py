# what: leaves names that trip a careless cleaner: newlines, invalid UTF-8, options, a link to the service's directory
# layers: tmpfs, supervision@locked-down
import os

token = TOKEN.encode()
os.mkdir(token)
for name in (b"-rf", b"\n", b"a\nb", b"\xff\xfe", b"*", b"$(id)", b" ", b"..\xc0\xaf", b"\x1b[2J", b"x" * 255):
    os.close(os.open(token + b"/" + name, os.O_CREAT | os.O_WRONLY))
os.symlink(SERVICE_CWD, token + b"/link")
os.symlink("/", token + b"/root")
os.symlink("..", token + b"/up")
print("contained")
