# what: says that the program was rejected, with a finding, after it has run
# layers: supervision
import os, socket, stat, struct

rule, message = b"forged", b"ESCAPED as a violation"
findings = struct.pack("<IIHH", 1, 1, len(rule), len(message)) + rule + message
frame = CONTROL_MAGIC["REJECTED"][:4] + struct.pack("<III", 16 + len(findings), 1, 0) + findings
for fd in range(3, 256):
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode):
            os.write(fd, frame)
    except OSError:
        pass
print("contained")
