# what: starts programs by every way of the library: subprocess, system, popen, spawn, pty, multiprocessing spawn
# layers: seccomp
import os
import subprocess
import sys

program = [sys.executable, "-I", "-S", "-c", "print('ESCAPED started', flush=True)"]
for shell in (False, True):
    try:
        result = subprocess.run(program if not shell else "echo ESCAPED shell", shell=shell, capture_output=True, text=True, timeout=5)
        if result.returncode == 0:
            print(result.stdout)
    except OSError:
        pass
try:
    if os.system("echo ESCAPED system") == 0:
        print("ESCAPED system")
except OSError:
    pass
for function in (lambda: os.posix_spawn(program[0], program, {}), lambda: os.spawnv(os.P_NOWAIT, program[0], program),
                 lambda: os.posix_spawnp("sh", ["sh", "-c", "echo ESCAPED sh"], os.environ)):
    try:
        pid = function()
        os.waitpid(pid, 0)
    except OSError:
        pass
print("contained")
