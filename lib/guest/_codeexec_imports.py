# SPDX-License-Identifier: MIT
"""Which modules a program may import, and the few that need help to work in a guest.

A program may import the standard library but for WITHHELD, ALLOWED_MODULES with what they depend on, and its own
files. Library code may import what it likes. Anything else is not found: the same ModuleNotFoundError as if it were not
installed. docs/policy.md says so to people.

Like the policy this keeps programs to what the operator chose; it does not contain code.
"""
import _frozen_importlib_external
import os
import sys


# Tools that come with an environment and are a dependency of much in it, but of no use to a program.
TOOLS = frozenset(["pip", "setuptools", "pkg_resources", "wheel", "_distutils_hack"])

# Parts of the standard library that manage installations or need a desktop.
WITHHELD = frozenset(["ensurepip", "idlelib", "turtledemo", "venv"])

# What the usual modules need: distributions strip it from the metadata they ship, and looking it up takes time.
NEEDED_BY = {
    "matplotlib": "PIL contourpy cycler dateutil fontTools kiwisolver mpl_toolkits numpy packaging pylab pyparsing six",
    "pandas": "dateutil numpy pytz six tzdata",
    "scipy": "numpy",
    "sklearn": "joblib numpy scipy threadpoolctl",
}

OUR_DIRECTORY = os.path.dirname(__file__) + "/"

# Where guests can write: modules found here are the program's own.
own_directories = ("/tmp/", "/dev/shm/")
font_lists = ""
processes = True  # whether the program can fork

allowed = frozenset()
free = frozenset()  # top-level names that need no second look
library_directories = ()
package_directories = ()
adapted = set()  # names of the modules that have been given the help they need
later_finders = ()  # what stood behind the path finder
refused = set()  # top-level names that were not found, or not allowed
closure = None  # top-level names of allowed modules and all they depend on, once it was needed


def install(allowed_modules):
    """Note what the interpreter is made of. Once per zygote; takes effect with activate()."""
    global allowed, free, library_directories, package_directories
    allowed = frozenset(allowed_modules)
    needed = [name for module in allowed for name in NEEDED_BY.get(module, "").split()]
    free = allowed.union(needed, getattr(sys, "stdlib_module_names", ())) - (WITHHELD - allowed)
    library = os.path.dirname(os.__file__)
    shared = [path for path in sys.path if path.endswith(("/lib-dynload", ".zip"))]
    library_directories = tuple(path + "/" for path in [library] + shared)
    package_directories = tuple(path for path in sys.path if path != library and path not in shared)


def confine(work_base, cache):
    """Note what the sandbox looks like. Once per zygote."""
    global font_lists, processes
    font_lists = cache + "/matplotlib"
    processes = work_base is None


def use_work_directory(directory):
    global own_directories
    own_directories = (directory + "/",)


def activate():
    """Put the finder in force. In the zygote, when it has imported what it is to import."""
    global later_finders
    finders = sys.meta_path
    at = finders.index(_frozen_importlib_external.PathFinder)
    later_finders = tuple(finders[at + 1 :])
    finders[at:] = [PathFinder]
    if not processes:
        ADAPTATIONS.update(ADAPTATIONS_WITHOUT_PROCESSES)
    for name, adapt in ADAPTATIONS.items():
        if name in sys.modules and name not in adapted:
            adapted.add(name)
            adapt(sys.modules[name])


def deactivate():
    """In a zygote that is to import more."""
    sys.meta_path[sys.meta_path.index(PathFinder) :] = [_frozen_importlib_external.PathFinder, *later_finders]


class PathFinder(_frozen_importlib_external.PathFinder):
    """CPython's, but blind to what the program may not import.

    Refusing by not finding leaves every error, and importlib.util.find_spec(), to CPython itself.
    """

    __module__ = _frozen_importlib_external.PathFinder.__module__

    @classmethod
    def find_spec(cls, fullname, path=None, target=None):
        spec = super().find_spec(fullname, path, target)
        for finder in later_finders:
            if spec is not None:
                break
            spec = finder.find_spec(fullname, path, target)
        if path is None and (spec is None or (fullname not in free and not permitted(fullname, spec))):
            refused.add(fullname)
            return None
        if fullname in ADAPTATIONS:
            adapt_after(spec, ADAPTATIONS[fullname])
        elif fullname == "matplotlib.font_manager":
            provide_font_lists()
        return spec


def permitted(name, spec):
    """Decide about a top-level module that is neither known to be standard nor named by the operator."""
    location = spec.origin
    if spec.submodule_search_locations is not None:
        location = next(iter(spec.submodule_search_locations), location)  # namespace packages have no origin
    return (
        location is None
        or is_own(location)
        or (is_standard(location) and name not in WITHHELD)
        or asked_by_library()
        or name in allowed_closure()
    )


def is_own(path):
    return not path.startswith("/") or path.startswith(own_directories)


def is_standard(path):
    return (
        path.startswith("<frozen ")
        or path.startswith(library_directories)
        and "/site-packages/" not in path
        and "/dist-packages/" not in path
    )


def asked_by_library():
    """Whether installed code asks, and not the program. The standard library asks on behalf of its caller."""
    frame = sys._getframe(1)
    while frame is not None:
        code = frame.f_code
        path = code.co_filename
        if path.startswith(OUR_DIRECTORY):
            pass
        elif path.startswith("<frozen importlib") and code.co_name in ("exec_module", "create_module"):
            # A module without Python frames of its own asks: an extension module being loaded.
            loaded = frame.f_locals.get("spec") or getattr(frame.f_locals.get("module"), "__spec__", None)
            origin = getattr(loaded, "origin", None)
            if origin and not is_standard(origin):
                return not is_own(origin)
        elif not is_standard(path):
            return not is_own(path)
        frame = frame.f_back
    return False


# ---- what allowed modules depend on, read from the metadata of the installed distributions ----


def allowed_closure():
    global closure
    if closure is None:
        closure = compute_closure()
    return closure


def normalized(name):
    import re

    return re.sub("[-_.]+", "-", name).lower()


def read_lines(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()
    except OSError:
        return None


def distributions():
    """(directory or file of metadata, distribution name) of everything installed."""
    for directory in package_directories:
        try:
            entries = os.listdir(directory)
        except OSError:
            continue
        for entry in entries:
            if entry.endswith((".dist-info", ".egg-info")):
                yield directory + "/" + entry, normalized(entry.rpartition(".")[0].partition("-")[0])


def top_levels(metadata, name):
    """Top-level modules of a distribution."""
    lines = read_lines(metadata + "/top_level.txt")
    if lines is not None:
        return {line.strip() for line in lines if line.strip()}
    found = {name.replace("-", "_")}
    for line in read_lines(metadata + "/RECORD") or ():
        first, slash, _ = line.partition(",")[0].partition("/")
        if not slash:
            first = first.partition(".")[0] if first.endswith((".py", ".so")) else ""
        if first.isidentifier():
            found.add(first)
    return found


def requirements(metadata):
    """Names of the distributions that one needs, those of its optional extras not counted."""
    import re

    lines = read_lines(metadata + "/METADATA") or read_lines(metadata + "/PKG-INFO") or read_lines(metadata) or ()
    needed = []
    for line in lines:
        if not line:
            break  # the description follows
        if line.startswith("Requires-Dist:") and not re.search(r";.*\bextra\s*==", line):
            needed.append(line[len("Requires-Dist:") :])
    section = ""
    for line in read_lines(metadata + "/requires.txt") or ():
        if line.startswith("["):
            section = line
        elif section == "" or section.startswith("[:"):  # only a marker, no extra
            needed.append(line)
    matches = (re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", text) for text in needed)
    return {normalized(match.group(1)) for match in matches if match}


def compute_closure():
    metadata = {}
    modules = {}
    for path, name in distributions():
        metadata.setdefault(name, path)
        modules.setdefault(name, set()).update(top_levels(path, name))
    pending = [name for name, tops in modules.items() if tops & allowed]
    reached = set()
    result = set()
    while pending:
        name = pending.pop()
        if name in reached or name not in metadata:
            continue
        reached.add(name)
        result |= modules[name]
        pending.extend(requirements(metadata[name]))
    return (result - TOOLS) | allowed


# ---- modules that need help where nothing can be executed and every run starts with an empty /tmp ----


def adapt_after(spec, adapt):
    """Have adapt(module) called once the module has been executed, leaving no trace on its loader."""
    loader = getattr(spec, "loader", None)
    if not isinstance(loader, _frozen_importlib_external.SourceFileLoader):
        return
    execute = loader.exec_module

    def exec_module(module):
        del loader.exec_module
        execute(module)
        adapt(module)

    loader.exec_module = exec_module


def adapt_resource_tracker(tracker):
    """Shared memory needs a process that cleans up after it: fork it where CPython would execute it."""
    execute = tracker.util.spawnv_passfds

    def spawnv_passfds(path, args, passfds):
        if not args[-1].startswith("from multiprocessing.resource_tracker import main"):
            return execute(path, args, passfds)
        pid = os.fork()
        if pid == 0:
            run_resource_tracker(tracker, passfds)
        return pid

    tracker.util.spawnv_passfds = spawnv_passfds


def run_resource_tracker(tracker, descriptors):
    """In the forked child: be the tracker, and nothing of the program that forked it."""
    try:
        kept = sorted({0, 1, 2, *descriptors})
        for low, high in zip(kept, kept[1:] + [os.sysconf("SC_OPEN_MAX")]):
            os.closerange(low + 1, high)
        # The tracker closes both; the program's own still hold what it has not flushed.
        sys.stdin = open(0, "rb")
        sys.stdout = open(1, "wb")
        tracker.main(descriptors[-1])
    finally:
        os._exit(0)


def adapt_start_method(context):
    """From 3.14 on the default is forkserver, which executes an interpreter."""
    context._default_context._default_context = context._concrete_contexts["fork"]


def adapt_semaphores(synchronize):
    """Locks of multiprocessing are used between threads too (ThreadPool). Named semaphores need a /dev/shm that would
    be everybody's; where there is one process, its own locks do the same."""
    synchronize._multiprocessing = ThreadSemaphores(synchronize._multiprocessing)


class ThreadSemaphores:
    """What _multiprocessing has, with semaphores that live in this process."""

    def __init__(self, module):
        self._module = module
        self.SemLock = make_semaphore_type()

    def __getattr__(self, name):
        return getattr(self._module, name)


def make_semaphore_type():
    import threading

    class SemLock:
        SEM_VALUE_MAX = 2**31 - 1

        def __init__(self, kind, value, maxvalue, name, unlink):
            self.handle, self.kind, self.maxvalue = id(self), kind, maxvalue
            self.name = None if unlink else name
            self._changed = threading.Condition(threading.Lock())
            self._value, self._owner, self._depth = value, None, 0

        def acquire(self, block=True, timeout=None):
            me = threading.get_ident()
            with self._changed:
                if self.kind == 0 and self._owner == me:  # RECURSIVE_MUTEX
                    self._depth += 1
                    return True
                wait = timeout if block else 0
                if not self._changed.wait_for(lambda: self._value > 0, wait if wait is None else max(wait, 0)):
                    return False
                self._value -= 1
                self._owner, self._depth = me, 1
                return True

        __enter__ = acquire

        def release(self):
            with self._changed:
                if self.kind == 0:
                    if self._owner != threading.get_ident():
                        raise AssertionError("attempt to release recursive lock not owned by thread")
                    self._depth -= 1
                    if self._depth > 0:
                        return
                    self._owner = None
                elif self._value >= self.maxvalue:
                    raise ValueError("semaphore or lock released too many times")
                self._value += 1
                self._changed.notify()

        def __exit__(self, *details):
            self.release()

        def _count(self):
            return self._depth if self._is_mine() else 0

        def _is_mine(self):
            return self._owner == threading.get_ident() and self._value < self.maxvalue

        def _get_value(self):
            return self._value

        def _is_zero(self):
            return self._value == 0

        def _after_fork(self):
            pass

    return SemLock


def adapt_copying(shutil):
    """Modes and times of files cannot be changed where Landlock alone guards files; a copy without them is one."""

    def forgiving(function):
        def call(*args, **kwargs):
            try:
                return function(*args, **kwargs)
            except PermissionError:
                return None

        call.__name__, call.__qualname__ = function.__name__, function.__qualname__
        call.__doc__, call.__wrapped__ = function.__doc__, function
        return call

    shutil.copymode = forgiving(shutil.copymode)
    shutil.copystat = forgiving(shutil.copystat)


def provide_font_lists():
    """Copy matplotlib's font list, if one was made, to where this run's matplotlib looks for it."""
    try:
        names = os.listdir(font_lists)
        target = os.environ["MPLCONFIGDIR"]
        os.makedirs(target, exist_ok=True)
        for name in names:
            if name.endswith(".json"):
                with open(font_lists + "/" + name, "rb") as source, open(target + "/" + name, "xb") as copy:
                    copy.write(source.read())
    except (OSError, KeyError):
        pass  # it will look at the fonts itself


ADAPTATIONS = {"multiprocessing.resource_tracker": adapt_resource_tracker}
ADAPTATIONS_WITHOUT_PROCESSES = {"multiprocessing.synchronize": adapt_semaphores, "shutil": adapt_copying}
if sys.version_info >= (3, 14):
    ADAPTATIONS["multiprocessing.context"] = adapt_start_method
