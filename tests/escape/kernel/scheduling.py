# what: takes real-time and deadline scheduling, negative nice values, other CPUs, for itself and for others
# layers: seccomp
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
X86 = platform.machine() == "x86_64"


def call(x86, arm, *arguments):
    ctypes.set_errno(0)
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return libc.syscall(ctypes.c_long(x86 if X86 else arm), *words)


def attempt(name, function, *arguments):
    try:
        result = function(*arguments)
    except OSError:
        return
    print("ESCAPED", name, repr(result)[:200])

import os
import struct

for policy in (1, 2):
    attempt(f"policy {policy}", lambda: os.sched_setscheduler(0, policy, os.sched_param(1)))
attempt("parameters", lambda: os.sched_setparam(0, os.sched_param(50)))
for policy in (6, 1):
    attributes = struct.pack("IIQiIQQQ", 48, policy, 0, 0, 1, 10 ** 6, 10 ** 8, 10 ** 8)
    if call(314, 274, 0, ctypes.create_string_buffer(attributes), 0) == 0:
        print("ESCAPED sched_setattr", policy)
before = os.getpriority(os.PRIO_PROCESS, 0)
attempt("nice", os.setpriority, os.PRIO_PROCESS, 0, before - 1)
for pid in {SERVICE_PID, ZYGOTE_PID, os.getppid()} - {0}:
    try:
        cpus = os.sched_getaffinity(pid)
        os.sched_setaffinity(pid, cpus)
        print("ESCAPED affinity of", pid)
    except OSError:
        pass
    try:
        os.setpriority(os.PRIO_PROCESS, pid, os.getpriority(os.PRIO_PROCESS, pid))
        print("ESCAPED priority of", pid)
    except OSError:
        pass
for which in (os.PRIO_PGRP, os.PRIO_USER):
    try:
        os.setpriority(which, 0, 19)
    except OSError:
        continue
    if which == os.PRIO_USER:
        print("ESCAPED slowed every process of the user")
print("contained")
