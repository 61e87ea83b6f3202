# what: page tables of itself and of others: pagemap, kpage*, map_files, numa_maps
# layers: new_root, landlock@locked-down
import os

for path in ("/proc/self/pagemap", "/proc/kpagecount", "/proc/kpageflags", "/proc/kpagecgroup", "/proc/self/map_files", "/proc/self/numa_maps",
             "/proc/self/stack", "/proc/self/wchan", "/proc/self/syscall", "/proc/self/mountinfo", "/proc/self/mountstats", "/proc/self/cgroup"):
    try:
        if os.path.isdir(path):
            print("ESCAPED listed", path, os.listdir(path)[:3])
        else:
            with open(path, "rb") as file:
                print("ESCAPED read", path, file.read(64))
    except OSError:
        pass
print("contained")
