# SPDX-License-Identifier: MIT
"""What a process and all below it cost, from /proc."""
import ctypes
import os
import platform
import time

TICK = os.sysconf("SC_CLK_TCK")
KCMP = {"x86_64": 312, "aarch64": 272}.get(platform.machine())
KCMP_VM = 1
libc = ctypes.CDLL(None, use_errno=True)


def read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def stat_fields(pid):
    """/proc/PID/stat from the state on: the name before it may hold spaces."""
    return read("/proc/%d/stat" % pid).rpartition(")")[2].split()


def members(root):
    """The process and its descendants, parents first."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            fields = stat_fields(int(name))
            if fields:
                children.setdefault(int(fields[1]), []).append(int(name))
    found = [root]
    for pid in found:
        found.extend(children.get(pid, ()))
    return found


def cost(root):
    """(CPU seconds, minor page faults) of the family so far, ended members included."""
    cpu = faults = 0
    for pid in members(root):
        fields = stat_fields(pid)
        if fields:
            faults += int(fields[7]) + int(fields[8])
            cpu += sum(map(int, fields[11:15]))
    return cpu / TICK, faults


def same_memory(one, other):
    """Whether two processes share an address space."""
    if KCMP is None:
        return False
    return libc.syscall(KCMP, one, other, KCMP_VM, 0, 0) == 0


def smaps(pid):
    """The lines of smaps_rollup and the page tables' size, in bytes."""
    values = {}
    for line in (read("/proc/%d/smaps_rollup" % pid) + read("/proc/%d/status" % pid)).splitlines():
        fields = line.replace(":", " ").split()
        if len(fields) == 3 and fields[2] == "kB":
            values[fields[0]] = int(fields[1]) * 1024
    return values


def is_guest(pid):
    """One more process namespace deep than we are, and not the first process in it."""
    for line in read("/proc/%d/status" % pid).splitlines():
        if line.startswith("NSpid:"):
            ids = line.split()[1:]
            return len(ids) > 1 and ids[-1] != "1"
    return False


def memory(root):
    """{"pss", "processes", "guests", "guest_private", "guest_page_tables"}: an address space that several processes share
    counts once, and what each of the waiting guests has for itself is told apart."""
    pids = [pid for pid in members(root) if "Pss" in smaps(pid)]
    spaces = []
    for pid in pids:
        if not any(same_memory(pid, other) for other in spaces):
            spaces.append(pid)
    guests = [smaps(pid) for pid in spaces if is_guest(pid)]
    private = sorted(one.get("Private_Dirty", 0) + one.get("Private_Clean", 0) for one in guests)
    tables = sorted(one.get("VmPTE", 0) for one in guests)
    return {
        "pss": sum(smaps(pid).get("Pss", 0) for pid in spaces),
        "processes": len(pids),
        "address_spaces": len(spaces),
        "guests": len(guests),
        "guest_private": private[len(private) // 2] if private else None,
        "guest_private_most": private[-1] if private else None,
        "guest_page_tables": tables[-1] if tables else None,
    }


def wait_until_quiet(read, quiet=0.3, most=30.0):
    """When what `read` tells of last took a tenth of a processor or more: monotonic seconds. Waits until it has not for a
    while; what ticks now and then does not count."""
    last = begin = at = time.monotonic()
    used = read()[0]
    while at - last < quiet and at - begin < most:
        time.sleep(0.01)
        now, now_used = time.monotonic(), read()[0]
        if now_used - used > 0.1 * (now - at):
            last = now
        at, used = now, now_used
    return last
