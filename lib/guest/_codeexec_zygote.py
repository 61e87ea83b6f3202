# SPDX-License-Identifier: MIT
"""The Python side of codeexec-zygote.

Runs once, before any user code exists: says which paths guests may see, enters the sandbox's static part,
preloads, and serves. What decides safety is C; this file only knows what a Python installation is made of.
"""
import sys

# The launcher names another one, which nobody can have put packages into: site looks for some there.
GUEST_HOME = "/tmp"


def load_own_modules(libexec):
    """Import our modules, leaving no trace of them on sys.path."""
    guest = libexec + "/guest"
    sys.path[:] = [libexec, guest] + [entry for entry in sys.path if entry != guest]
    import _codeexec

    _codeexec.fill_holes()  # what they consist of lies together, too: every run writes to it
    import _codeexec_imports
    import _codeexec_policy
    import _codeexec_runner

    del sys.path[:2]
    return _codeexec, _codeexec_imports, _codeexec_policy, _codeexec_runner


# Directories that hold other people's things: never shown as a whole, whatever sys.path says.
NEVER_WHOLE = frozenset(
    "/ /bin /boot /dev /etc /home /lib /lib64 /media /mnt /opt /proc /root /run /sbin /srv /sys /tmp /usr "
    "/usr/bin /usr/lib /usr/local /usr/local/lib /usr/sbin /usr/share /var /var/lib /var/tmp".split()
)

# Data that libraries look for by absolute path. Missing ones are left out.
SHARED_DATA = (
    "/usr/share/zoneinfo",
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/usr/share/matplotlib",
    "/etc/matplotlibrc",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/mime.types",
)

DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


def loaded_library_dirs(ours):
    """Directories the dynamic loader has found libraries in so far: where it will look again. Not the one our own
    extension came from: guests have it in memory, and where we are installed is none of their business."""
    found = set()
    with open("/proc/self/maps") as maps:
        for line in maps:
            fields = line.split(None, 5)
            if len(fields) == 6 and ".so" in fields[5] and fields[5].startswith("/"):
                found.add(fields[5].rstrip("\n").rpartition("/")[0])
    found.discard(ours)
    return found


class Root:
    """The entries of the guests' root, in the order in which they are made."""

    def __init__(self):
        import os

        self.os = os
        self.entries = []
        self.seen = set()
        self.plain = set()  # what is known to be no symlink

    def _normal(self, path):
        """os.path.normpath(), for paths that are absolute; most are normal already."""
        if "//" in path or "/." in path or path[-1] == "/":
            return self.os.path.normpath(path)
        return path

    def _symlink(self, path):
        target = self.os.readlink(path)
        if path not in self.seen:
            self.seen.add(path)
            self.entries.append(("symlink", path, target))
        return self._normal(self.os.path.join(self.os.path.dirname(path), target))

    def resolve(self, path):
        """The real path, having made the symlinks on the way visible under their own names."""
        path = self._normal(path)
        for _ in range(40):
            prefix = ""
            for part in path.strip("/").split("/"):
                prefix += "/" + part
                if prefix in self.plain:
                    continue
                if self.os.path.islink(prefix):
                    path = self._normal(self._symlink(prefix) + path[len(prefix):])
                    break
                self.plain.add(prefix)
            else:
                return path
        return path

    def bind(self, path):
        real = self.resolve(path)
        if real in self.seen or real in NEVER_WHOLE or not self.os.path.exists(real):
            return
        self.seen.add(real)
        self.entries.append(("bind", real, None))

    def add(self, kind, path, content=None):
        if path not in self.seen:
            self.seen.add(path)
            self.entries.append((kind, path, content))

    def link_alternatives(self):
        """Debian chooses BLAS through symlinks in /etc/alternatives: show the ones of libraries."""
        directory = "/etc/alternatives"
        try:
            names = self.os.listdir(directory)
        except OSError:
            return
        for name in names:
            if name.startswith("lib") and ".so" in name:
                self.resolve(directory + "/" + name)

    def finished(self):
        """Without binds that lie inside others: those are visible already."""
        binds = {path for kind, path, _ in self.entries if kind == "bind"}

        def inside(path):
            while path.count("/") > 1:
                path = path.rpartition("/")[0]
                if path in binds:
                    return True
            return False

        return [entry for entry in self.entries if not inside(entry[1])]


def root_entries(ours):
    root = Root()
    for path in sys.path:
        if path.startswith("/") and root.os.path.isdir(path):
            root.bind(path)
    for module in ("os", "_ctypes", "math"):
        origin = getattr(sys.modules.get(module), "__file__", None)
        if origin:
            root.bind(root.os.path.dirname(origin))
    if sys.prefix != sys.base_prefix:
        root.bind(sys.prefix + "/pyvenv.cfg")
    if sys.executable:
        root.bind(sys.executable)
    for path in sorted(loaded_library_dirs(root.os.path.realpath(ours))):
        root.bind(path)
    for path in SHARED_DATA + DEVICES:
        root.bind(path)
    # The loader's cache names libraries by these, which are symlinks where /usr is merged.
    root.resolve("/lib")
    root.resolve("/lib64")
    root.link_alternatives()
    for path in ("/tmp", "/dev/shm", "/var/cache/codeexec"):
        root.add("dir", path)
    root.add("file", "/etc/passwd", "sandbox:x:65534:65534::/tmp:/nonexistent\n")
    root.add("file", "/etc/group", "sandbox:x:65534:\n")
    root.add("file", "/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n")
    root.add("file", "/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n")
    return root.finished()


# What programs import most, beside ALLOWED_MODULES: a few milliseconds each, and little memory.
COMMON_MODULES = (
    "bisect collections.abc csv copy dataclasses datetime decimal enum functools heapq io itertools json math operator "
    "os pathlib random re statistics string textwrap threading time typing"
).split()


# Of these every run writes to something, if only to counts of references.
HOT_MODULES = ("threading", "random")


def preload(names):
    """Import what runs will want. A module that is missing or broken is left to the run that asks for it."""
    import importlib

    for name in names:
        try:
            importlib.import_module(name)
            if name == "matplotlib":
                importlib.import_module("matplotlib.pyplot")
        except Exception as problem:
            print("codeexec-zygote: preloading %s: %s" % (name, problem), file=sys.stderr)


def preload_shared(codeexec, runner, names):
    """Apart from what every run writes to."""
    if not runner.once:
        codeexec.huge_arenas(True)
    preload(names)
    codeexec.huge_arenas(False)


def preload_tier(codeexec, imports, runner, names):
    """In a zygote that was forked for it."""
    scratch = codeexec.work_base() is None
    if scratch:
        codeexec.scratch(True)
    if "matplotlib" in names:
        imports.provide_font_lists()
    preload_shared(codeexec, runner, names)
    if scratch:
        codeexec.scratch(False)
    if codeexec.threads() != 1:
        raise RuntimeError("a preloaded module started threads, which do not survive a fork")


def start_cache_helper(codeexec, runner, cache):
    """Have matplotlib's font list made in the background, once for all guests."""
    pid = codeexec.fork_helper()
    if pid == 0:
        import gc

        gc.enable()
        try:
            runner.warm_matplotlib(cache + "/matplotlib")
        finally:
            codeexec.exit(0)
    return pid


def use_work_base(base):
    """Without a /tmp of our own: where we write ourselves, and where guests find what was made for all of them."""
    import os

    cache = base + "/cache"
    os.mkdir(cache, 0o755)
    os.mkdir(base + "/zygote", 0o700)
    os.environ.update(HOME=base + "/zygote", TMPDIR=base + "/zygote", MPLCONFIGDIR=base + "/zygote")
    # Nothing could share a semaphore: joblib would try, and complain.
    os.environ["JOBLIB_MULTIPROCESSING"] = "0"
    return cache


def serve(codeexec, imports, runner, helper):
    """The zygote's life, as steps of the driver: frames of ours that were still to be left would be left in every guest."""
    stage = "serve"
    work = None
    try:
        runner.forget_begin()
        while True:
            runner.get_ready()
            work = codeexec.serve(helper, sys.hexversion, not runner.once)
            if not isinstance(work, list):
                break
            runner.get_unready()
            helper = 0
            stage = "preload"
            preload_tier(codeexec, imports, runner, work)
            stage = "serve"
    except BaseException as problem:
        codeexec.fail(stage, "%s: %s" % (type(problem).__name__, problem))
        codeexec.exit(1)
    if work is None:
        codeexec.exit(0)
    yield from runner.steps(work)


def take_guest_environment():
    import os
    import site

    os.environ.pop("LD_BIND_NOW", None)  # it has done its work
    for name in ("USER_BASE", "USER_SITE"):
        path = getattr(site, name, None)
        if path is not None:
            setattr(site, name, path.replace(os.environ["HOME"], GUEST_HOME, 1))
    os.environ["HOME"] = GUEST_HOME


def main(libexec, dont_write_bytecode):
    import gc

    gc.disable()  # until there are guests: nothing of what is imported is garbage
    take_guest_environment()
    codeexec, imports, policy, runner = load_own_modules(libexec)
    sys.dont_write_bytecode = dont_write_bytecode
    settings = codeexec.receive_setup()
    if hasattr(codeexec, "switch_off"):  # the copy for tests
        with open(libexec + "/without") as file:
            codeexec.switch_off(file.read().strip())
        settings["warm"] = "0"  # it writes below the new root, which may not be there
    runner.once = settings["once"] == "1"
    modules = [name for name in settings["allowed_modules"].split(",") if name]
    try:
        runner.keep_fork_hooks()
        imports.install(modules)
        policy.prepare(settings)
        runner.prepare()
        if not codeexec.enter(root_entries(libexec), settings["work_root"]):
            return
        base = codeexec.work_base()
        cache = "/var/cache/codeexec" if base is None else use_work_base(base)
        imports.confine(base, cache)
        helper = 0
        if settings["warm"] == "1":
            preload(HOT_MODULES)
            preload_shared(codeexec, runner, COMMON_MODULES)
            if "matplotlib" in modules:
                helper = start_cache_helper(codeexec, runner, cache)
    except BaseException as problem:
        codeexec.fail("prepare", "%s: %s" % (type(problem).__name__, problem))
        return
    runner.begin(serve(codeexec, imports, runner, helper))
