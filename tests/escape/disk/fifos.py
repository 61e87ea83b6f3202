# what: leaves named pipes and sockets, on which a careless cleaner would block
# layers: tmpfs, supervision@locked-down
import os

os.mkdir(TOKEN)
for number in range(20):
    try:
        os.mkfifo("%s/%d" % (TOKEN, number))
    except OSError:
        pass
print("contained")
