# what: executes the interpreter, shells, scripts and the dynamic linker
# layers: seccomp
import glob, os, subprocess, sys, tempfile

script = os.path.join(tempfile.gettempdir(), "script")
python = os.path.realpath(sys.executable)
with open(script, "w") as file:
    file.write("#!%s\nprint('ESCAPED ran a script')\n" % python)
try:
    os.chmod(script, 0o755)
except OSError:
    pass
code = ["-c", "print('ESCAPED ran')"]
commands = [[path, *code] for path in (sys.executable, python, "/bin/sh", "/usr/bin/env", "/bin/busybox")]
commands.append([script])
commands += [[linker, python, *code] for linker in glob.glob("/lib*/ld-linux*") + glob.glob("/lib/*/ld-linux*")]
for command in commands:
    for attempt in (
        lambda: subprocess.run(command),
        lambda: os.posix_spawn(command[0], command, {}),
        lambda: os.execv(command[0], command),  # would not come back
    ):
        try:
            attempt()
            print("ESCAPED ran", command)
        except OSError:
            pass
print("contained")
