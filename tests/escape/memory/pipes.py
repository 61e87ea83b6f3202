# what: keeps memory in the buffers of pipes
# layers: kernel, rlimits, cgroup_v1, cgroup_v2
# expect: contained, memory
# request: "timeout": 60, "max_memory_mb": 64
import fcntl, os

total, held = 0, []
try:
    while total < 400 << 20:
        held.append(os.pipe())
        end = held[-1][1]
        for size in (1 << 20, 1 << 16):
            try:
                fcntl.fcntl(end, 1031, size)  # F_SETPIPE_SZ
                break
            except OSError:
                pass
        os.set_blocking(end, False)
        try:
            while True:
                total += os.write(end, b"x" * 65536)
        except BlockingIOError:
            pass
except OSError:
    pass
if total > 128 << 20:
    print("ESCAPED", total >> 20, "MiB in pipes")
print("contained")
