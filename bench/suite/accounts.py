# SPDX-License-Identifier: MIT
"""A control group per service, for what it cost: the kernel reaps the processes of a namespace that ends by itself, and what
they used is in nobody's /proc/PID/stat. Where none can be made, /proc has to do, and says too little."""
import os
import time

from suite import family

V1 = "/sys/fs/cgroup"


def own_path(hierarchy):
    """Where we are in a hierarchy; "" names the one of version 2."""
    for line in family.read("/proc/self/cgroup").splitlines():
        _, names, path = line.split(":", 2)
        if hierarchy in names.split(","):
            return path
    return None


def places():
    """The directories that new groups can be made in: one (version 2), or those of cpuacct and memory."""
    if os.path.exists(V1 + "/cgroup.controllers"):
        # Processes live in leaves only, so beside us, not below.
        return [V1 + (own_path("") or "/").rpartition("/")[0]]
    found = []
    for hierarchy in ("cpuacct", "memory"):
        path = own_path(hierarchy)
        if path is None or not os.path.isdir("%s/%s%s" % (V1, hierarchy, path)):
            return []
        found.append("%s/%s%s" % (V1, hierarchy, path.rstrip("/")))
    return found


def value(path, key=None):
    for line in family.read(path).splitlines():
        fields = line.split()
        if key is None or fields[0] == key:
            return int(fields[-1])
    return None


class Account:
    def __init__(self, name):
        self.root = None
        self.directories = []
        try:
            for place in places():
                directory = "%s/bench-%d-%s" % (place, os.getpid(), name)
                os.mkdir(directory)
                self.directories.append(directory)
        except OSError:
            self.close()
        if self.directories and not all(one is not None for one in self.counters()):
            self.close()

    def enter(self):
        """In the child that is to become the service."""
        for directory in self.directories:
            with open(directory + "/cgroup.procs", "w") as file:
                file.write("0")

    def counters(self):
        if len(self.directories) == 1:
            usage = value(self.directories[0] + "/cpu.stat", "usage_usec")
            return usage and usage / 1e6, value(self.directories[0] + "/memory.stat", "pgfault")
        usage = value(self.directories[0] + "/cpuacct.usage")
        return None if usage is None else usage / 1e9, value(self.directories[1] + "/memory.stat", "total_pgfault")

    def read(self):
        """(CPU seconds, page faults) so far."""
        return self.counters() if self.directories else family.cost(self.root)

    @property
    def is_complete(self):
        return bool(self.directories)

    def close(self):
        for directory in self.directories:
            for _ in range(100):
                try:
                    os.rmdir(directory)
                    break
                except OSError:
                    time.sleep(0.01)
        self.directories = []
