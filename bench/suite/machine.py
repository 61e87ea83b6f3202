# SPDX-License-Identifier: MIT
"""What the figures were measured on."""
import json
import os
import platform
import subprocess
import time

LIBRARIES = ("numpy", "pandas", "matplotlib", "scipy", "sklearn")


def output(*command):
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.strip()
    except OSError:
        return ""


def cpu_model():
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith(("model name", "CPU part")):
                return line.partition(":")[2].strip()
    return platform.machine()


def memory_bytes():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def virtualisation():
    found = output("systemd-detect-virt") or "unknown"
    with open("/proc/cpuinfo") as file:
        if found in ("none", "docker", "unknown") and "hypervisor" in file.read().split():
            return "a virtual machine" if found in ("none", "unknown") else "a virtual machine (and %s)" % found
    return found


def setting(path):
    try:
        with open(path) as file:
            return file.read().strip()
    except OSError:
        return None


def python(path):
    program = (
        "import importlib.metadata as m, json, platform, sys\n"
        "names = %r\nfound = {}\n"
        "for name in names:\n"
        "    try:\n        found[name] = __import__(name).__version__\n"
        "    except Exception:\n        found[name] = None\n"
        "print(json.dumps({'version': platform.python_version(), 'libraries': found}))\n" % (LIBRARIES,)
    )
    return dict(json.loads(output(path, "-I", "-c", program)), path=path)


def describe(root, codeexec):
    doctor = json.loads(output(codeexec, "doctor", "--json") or "{}")
    return {
        "cpu": cpu_model(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_bytes": memory_bytes(),
        "kernel": platform.release(),
        "virtualised": virtualisation(),
        "transparent_huge_pages": setting("/sys/kernel/mm/transparent_hugepage/enabled"),
        "user": "root" if os.geteuid() == 0 else "ordinary",
        "python": python(doctor["python"]),
        "run": doctor.get("run"),
        "commit": output("git", "-C", root, "rev-parse", "--short", "HEAD"),
        "changed": bool(output("git", "-C", root, "status", "--porcelain", "--untracked-files=no")),
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
    }

