# SPDX-License-Identifier: MIT
"""Everything that can run a program, behind one interface; bench_load does the asking."""
import http.client
import json
import os
import shutil
import socket
import subprocess
import time

from suite import accounts, family

BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# More processes than processors only wait for one another.
MOST_LIMITS = 8


class Unavailable(Exception):
    """Says why, and what to do about it."""


class Broken(Exception):
    """A contender that worked does not any more."""


class Setting:
    """What all contenders are built from."""

    def __init__(self, build, scratch, python):
        self.build = build
        self.scratch = scratch
        self.python = python
        self.load = os.path.join(build, "bin", "bench_load")
        self.codeexec = os.path.join(build, "bin", "codeexec")
        self.server = os.path.join(build, "bin", "codeexec-server")
        # Nothing of the caller's settings: what is measured is what is shipped.
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("CODEEXEC_", "PYTHON"))
            and name not in ("BYPASS_SETUP", "ALLOWED_MODULES", "EXECUTION_TIMEOUT", "MAX_MEMORY_MB", "MAX_OUTPUT_SIZE")
        }
        self.environment["CODEEXEC_PYTHON"] = python
        self.environment["MPLCONFIGDIR"] = os.path.join(scratch, "matplotlib")


class Contender:
    """One of them. `name` is for options and JSON, `title` for people."""

    warm_up = 0
    root = None  # of its processes, if they stay
    account = None
    before_load = None  # in the process that asks
    is_silent = False  # throws the output away itself
    settle_seconds = 0  # until what an answer left to do is done

    def __init__(self, setting, name, title):
        self.setting = setting
        self.name = name
        self.title = title

    def start(self, workloads):
        """Get ready, and prove it with the first workload; raises Unavailable."""

    def stop(self):
        pass

    def can_run(self, workload):
        return True

    def state(self):
        return "see above"

    def arguments(self, workload, in_flight):
        raise NotImplementedError

    def descriptors(self, workload, in_flight):
        return ()

    def in_flight(self, wanted):
        return wanted

    def costs(self, workload, in_flight):
        """(CPU seconds, page faults) so far of each process tree that is this contender's; none: bench_load's children are."""
        return []

    def load(self, workload, in_flight=1, path=None, **options):
        """Ask for runs; returns what bench_load says, with the cost of this contender's processes."""
        in_flight = self.in_flight(in_flight)
        command = [self.setting.load, "--in-flight", str(in_flight)]
        if path is None:
            least = 0 if self.is_silent else workload.least_bytes
            command += ["--least-bytes", str(least), "--warm-up", str(self.warm_up)]
        for name, value in options.items():
            command += ["--" + name.replace("_", "-")] + ([] if value is True else [str(value)])
        command += self.arguments(workload, in_flight) if path is None else self.health_arguments(path)
        before = self.costs(workload, in_flight)
        answer = subprocess.run(
            command,
            env=self.setting.environment,
            pass_fds=self.descriptors(workload, in_flight),
            stdout=subprocess.PIPE,
            preexec_fn=self.before_load,
        )
        if answer.returncode != 0:
            raise Broken("asking %s for runs failed: %s" % (self.name, self.state()))
        time.sleep(self.settle_seconds)
        after = self.costs(workload, in_flight)
        result = json.loads(answer.stdout)
        result["in_flight"] = in_flight
        if before:
            result["cpu_seconds"] = sum(b[0] - a[0] for a, b in zip(before, after))
            result["minor_faults"] = sum(b[1] - a[1] for a, b in zip(before, after))
            if self.before_load:  # it was counted too
                result["cpu_seconds"] -= result["client_cpu_seconds"]
                result["minor_faults"] -= result["client_minor_faults"]
        else:
            result["cpu_seconds"] = result["children_cpu_seconds"]
            result["minor_faults"] = result["children_minor_faults"]
        return result


class Command(Contender):
    """A program started per run. `command` makes its arguments of the path of the file to run."""

    def __init__(self, setting, name, title, command, package=None, only=None):
        super().__init__(setting, name, title)
        self.command = command
        self.package = package
        self.only = only
        self.is_silent = only is not None

    def start(self, workloads):
        program = self.command("")[0]
        if not shutil.which(program):
            hint = "; install it with: apt-get install " + self.package if self.package else ""
            raise Unavailable("%s is not installed%s" % (os.path.basename(program), hint))
        answer = subprocess.run(
            self.command(workloads[0].program),
            env=self.setting.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        if answer.returncode != 0:
            raise Unavailable("%s does not work here: %s" % (program, answer.stderr.decode().strip()[-300:]))
        self.account = accounts.Account(self.name)
        if self.account.is_complete:
            self.before_load = self.account.enter

    def stop(self):
        if self.account:
            self.account.close()

    def costs(self, workload, in_flight):
        return [self.account.read()] if self.before_load else []

    def can_run(self, workload):
        return self.only is None or workload.name in self.only

    def arguments(self, workload, in_flight):
        return ["--"] + self.command(workload.program)


def python_command(setting):
    return lambda path: [setting.python, "-I", path]


def cat_command(setting):
    return lambda path: ["sh", "-c", '"$0" -I "$1" | cat >/dev/null', setting.python, path]


def prefixes(setting):
    """Directories outside /usr that the interpreter lives in."""
    found = []
    for line in subprocess.run(
        [setting.python, "-I", "-c", "import sys; print(sys.prefix); print(sys.base_prefix)"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout.split():
        if not line.startswith("/usr") and line not in found:
            found.append(line)
    return found


def bwrap_command(setting):
    """All namespaces, nothing writable but a fresh /tmp, no capabilities: what its manual recommends, and no filter of
    system calls, which one has to write oneself."""
    command = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"]
    command += ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "lib", "lib64"):
        if os.path.islink("/" + name):
            command += ["--symlink", os.readlink("/" + name), "/" + name]
        elif os.path.exists("/" + name):
            command += ["--ro-bind", "/" + name, "/" + name]
    for path in ("/etc/alternatives", "/etc/ld.so.cache", "/etc/fonts", "/etc/matplotlibrc"):
        command += ["--ro-bind-try", path, path]
    for path in prefixes(setting):
        command += ["--ro-bind", path, path]
    cache = setting.environment["MPLCONFIGDIR"]
    command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--bind", cache, "/var/cache/matplotlib"]
    command += ["--setenv", "MPLCONFIGDIR", "/var/cache/matplotlib", "--setenv", "HOME", "/tmp", "--chdir", "/tmp"]
    return lambda path: command + ["--ro-bind", path, "/tmp/main.py", setting.python, "-I", "/tmp/main.py"]


def nsjail_command(setting):
    command = ["nsjail", "-Mo", "-Q", "--rlimit_as", "hard", "--rlimit_fsize", "hard", "--rlimit_nofile", "256", "-t", "300"]
    for path in ["/usr", "/bin", "/lib", "/lib64", "/etc/alternatives"] + prefixes(setting):
        if os.path.exists(path):
            command += ["-R", path]
    command += ["-T", "/tmp", "-R", setting.scratch, "-E", "MPLCONFIGDIR=" + setting.environment["MPLCONFIGDIR"]]
    return lambda path: command + ["--", setting.python, "-I", path]


def isolate_command(setting):
    script = (
        'box=$(($$ % 900)); isolate -b $box --init >/dev/null && isolate -b $box -s -p --dir="$2" --run -- "$0" -I "$1" '
        "2>/dev/null; code=$?; isolate -b $box --cleanup; exit $code"
    )

    def command(path):
        if not shutil.which("isolate"):
            return ["isolate"]
        return ["sh", "-c", script, setting.python, path, setting.scratch]

    return command


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Service(Contender):
    """Answers POST /execute. `command` makes its arguments and variables of a port."""

    warm_up = 2
    settle_seconds = 0.05

    def __init__(self, setting, name, title, command, ready_path=None):
        super().__init__(setting, name, title)
        self.command = command
        self.ready_path = ready_path
        self.process = None

    def spawn(self):
        self.port = free_port()
        command, variables = self.command(self.port)
        self.log = open(os.path.join(self.setting.scratch, self.name + ".log"), "w")
        self.account = accounts.Account(self.name)
        self.process = subprocess.Popen(
            command,
            env=dict(self.setting.environment, **variables),
            stdout=self.log,
            stderr=self.log,
            preexec_fn=self.account.enter,
        )
        self.root = self.account.root = self.process.pid
        return self

    def ask(self, workload, patience=60.0):
        """One run over a new connection, as soon as one can be made; returns the answer."""
        body = open(workload.body, "rb").read()
        head = "POST /execute HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
        message = (head % len(body) + "Connection: close\r\n\r\n").encode() + body
        deadline = time.monotonic() + patience
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port)) as connection:
                    connection.sendall(message)
                    answer = b"".join(iter(lambda: connection.recv(1 << 20), b""))
                if not answer.startswith(b"HTTP/1.1 200"):
                    raise Unavailable("%s answers %r" % (self.name, answer[:300]))
                return answer
            except ConnectionError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise Unavailable("%s does not start: %s" % (self.name, self.tail())) from None
                time.sleep(0.001)

    def wait_until_warm(self):
        """Until it has made what it was asked to make ahead of requests; returns when: monotonic seconds."""
        if self.ready_path is None:
            return family.wait_until_quiet(self.account.read)
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self.port)
            connection.request("GET", self.ready_path)
            ready = connection.getresponse().status == 200
            connection.close()
            if ready or self.process.poll() is not None:
                return time.monotonic()
            time.sleep(0.005)

    def state(self):
        status = self.process.poll()
        return "%s; %s" % ("it runs" if status is None else "it has ended with %d" % status, self.tail())

    def tail(self):
        with open(self.log.name) as file:
            return file.read()[-300:].strip()

    def start(self, workloads):
        self.spawn().ask(workloads[0])
        family.wait_until_quiet(self.account.read)

    def stop(self):
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = self.root = None
            self.account.close()
            self.log.close()

    def costs(self, workload, in_flight):
        return [self.account.read()]

    def arguments(self, workload, in_flight):
        return ["--http", "127.0.0.1:%d" % self.port, "--body", workload.body]

    def health_arguments(self, path):
        return ["--http", "127.0.0.1:%d" % self.port, "--path", path]


class SeedService(Service):
    def start(self, workloads):
        for module in ("fastapi", "uvicorn"):
            if subprocess.run([self.setting.python, "-c", "import " + module], stderr=subprocess.DEVNULL).returncode:
                raise Unavailable(
                    "%s has no %s; install it with: apt-get install python3-fastapi python3-uvicorn"
                    % (self.setting.python, module)
                )
        super().start(workloads)


class Limit(Contender):
    """bench/limit.py, as many processes of it as are asked for at once, by what they preloaded."""

    warm_up = 2

    def __init__(self, setting, name, title):
        super().__init__(setting, name, title)
        self.started = {}

    def spawn(self, modules):
        request, status, output = os.pipe(), os.pipe(), os.pipe()
        process = subprocess.Popen(
            [self.setting.python, "-I", os.path.join(BENCH, "limit.py"), str(status[1]), *modules],
            env=dict(self.setting.environment, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1"),
            stdin=request[0],
            stdout=output[1],
            pass_fds=(status[1],),
        )
        for end in (request[0], status[1], output[1]):
            os.close(end)
        if len(os.read(status[0], 4)) != 4:
            raise Unavailable("limit.py ends at once")
        return process, (request[1], status[0], output[0])

    def get(self, workload, in_flight):
        ready = self.started.setdefault(workload.modules, [])
        while len(ready) < in_flight:
            ready.append(self.spawn(workload.modules))
        return ready[:in_flight]

    def in_flight(self, wanted):
        return min(wanted, MOST_LIMITS)

    def costs(self, workload, in_flight):
        return [family.cost(process.pid) for process, _ in self.get(workload, in_flight)]

    def descriptors(self, workload, in_flight):
        return [end for _, ends in self.get(workload, in_flight) for end in ends]

    def arguments(self, workload, in_flight):
        pipes = ",".join("%d:%d:%d" % ends for _, ends in self.get(workload, in_flight))
        return ["--pipes", pipes, "--body", workload.program]

    def stop(self):
        for process, ends in (one for ready in self.started.values() for one in ready):
            for end in ends:
                os.close(end)
            process.wait()
        self.started = {}


def all_contenders(setting):
    def ours(bypass):
        return lambda port: (
            [setting.server],
            {"CODEEXEC_LISTEN": "127.0.0.1:%d" % port, "BYPASS_SETUP": bypass},
        )

    def seed(port):
        options = ["--app-dir", BENCH, "--port", str(port), "--log-level", "error", "seed_service:app"]
        return [setting.python, "-m", "uvicorn"] + options, {}

    return [
        Command(setting, "python", "`python3 -I`", python_command(setting)),
        Command(setting, "cat", "`python3 \\| cat`", cat_command(setting), None, ("output_10mb", "output_10mb_lines")),
        Command(setting, "bwrap", "`bwrap` + `python3 -I`", bwrap_command(setting), "bubblewrap"),
        Command(setting, "nsjail", "`nsjail` + `python3 -I`", nsjail_command(setting)),
        Command(setting, "isolate", "`isolate` + `python3 -I`", isolate_command(setting)),
        SeedService(setting, "seed", "FastAPI + a process each", seed),
        Command(setting, "cli", "`codeexec run`", lambda path: [setting.codeexec, "run", path]),
        Service(setting, "learning", "codeexec over HTTP, `BYPASS_SETUP=true`", ours("true"), "/ready"),
        Service(setting, "http", "codeexec over HTTP, `BYPASS_SETUP=false`", ours("false"), "/ready"),
        Limit(setting, "limit", "the limit: a bare fork"),
    ]
