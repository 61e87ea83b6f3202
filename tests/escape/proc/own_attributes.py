# what: security labels, id maps and times of its own: attr/*, uid_map, gid_map, setgroups, timens_offsets
# layers: new_root, landlock
import os

for name, text in (("attr/current", b""), ("attr/exec", b""), ("attr/fscreate", b""), ("attr/keycreate", b""), ("attr/sockcreate", b""),
                   ("attr/apparmor/current", b""), ("attr/apparmor/exec", b""), ("attr/smack/current", b""), ("uid_map", b"0 0 1\n"),
                   ("gid_map", b"0 0 1\n"), ("projid_map", b"0 0 1\n"), ("setgroups", b"allow"), ("timens_offsets", b"monotonic 1 0"),
                   ("loginuid", b"0"), ("sessionid", b"0"), ("make-it-fail", b"0"), ("patch_state", b"")):
    for who in ("self", "thread-self"):
        try:
            fd = os.open(f"/proc/{who}/{name}", os.O_WRONLY)
            if text:
                os.write(fd, text)
            print("ESCAPED", name)
        except OSError:
            pass
print("contained")
