# SPDX-License-Identifier: MIT
"""Runs one program in a guest, start to end, as `python3 main.py` would.

The order of things follows CPython's own: Py_RunMain, PyErr_PrintEx and Py_FinalizeEx. docs/fidelity.md says what is the
same and what is not.

The run is a generator of steps, (function, arguments...), each of which may call into the program. A driver calls them
from below every frame of ours, so that the program's frames end where they would end in CPython.
"""
import _codeexec
import _codeexec_imports
import _codeexec_policy
import _frozen_importlib_external
import _io
import _operator
import _signal
import _thread
import _weakref
import atexit
import builtins
import gc
import posix
import sys

ENDED_BY_SIGINT = -1  # an exit status no program can have
MISSING = object()

# The program may put something else in their place.
default_hook = sys.__excepthook__
default_unraisable_hook = sys.__unraisablehook__
modules = sys.modules

call_flush = _operator.methodcaller("flush")

# Without any of these words in its source nothing of a program can look at the modules once it has ended.
WATCHING = (
    b"__del__",
    b"weakref",
    b"finalize",
    b"yield",
    b"await",
    b"signal",
    b"hook",
    b"trace",
    b"profile",
    b"exec",
    b"eval",
    b"compile",
    b"import_module",
    b"__import__",
)

once = False  # the zygote is for one guest: getting ready for many would take longer than that
watched = True
work = "/tmp"  # the directory that is the program's own
own_streams = ()
refreshers = ()  # of what is preloaded
shutdown_of_threading = None  # if it is preloaded
callbacks_of_preloaded = 0  # of atexit
REHEARSALS = 32  # after which CPython has made of our own code what it makes of code that runs often
main_keys = ()


def prepare():
    """What can be done once per zygote, while its own script is still __main__ and nothing is preloaded."""
    global main_keys
    values = main_values(None)
    # The keys, and their order, differ between versions: ours is a script too.
    main_keys = tuple(key for key in modules["__main__"].__dict__ if key in values)
    open_streams()
    forget_ourselves()


def open_streams():
    """The streams of the program: made here once, over pipes, since that is what its descriptors will be. What is
    preloaded may keep them."""
    global own_streams
    saved = [posix.dup(descriptor) for descriptor in range(3)]
    pipe = posix.pipe()
    try:
        for descriptor, end in enumerate((pipe[0], pipe[1], pipe[1])):
            posix.dup2(end, descriptor)
        sys.stdin = sys.__stdin__ = open_stream(0, "r", "<stdin>", "strict", False)
        # Line by line, as on a terminal: what was printed is not lost when the program is killed.
        sys.stdout = sys.__stdout__ = open_stream(1, "w", "<stdout>", "strict", True)
        sys.stderr = sys.__stderr__ = open_stream(2, "w", "<stderr>", "backslashreplace", True)
    finally:
        for descriptor in range(3):
            posix.dup2(saved[descriptor], descriptor)
        for descriptor in (*saved, *pipe):
            posix.close(descriptor)
    own_streams = (sys.stdout, sys.stderr)


def open_stream(descriptor, mode, name, errors, line_buffering):
    buffer = _io.open(descriptor, mode + "b", closefd=False)
    buffer.raw.name = name
    stream = _io.TextIOWrapper(buffer, "utf-8", errors, "\n", line_buffering)
    stream.mode = mode
    return stream


def forget_ourselves():
    for name in [name for name in modules if name.startswith("_codeexec")]:
        del modules[name]
    guest = _codeexec_imports.OUR_DIRECTORY.rstrip("/")
    for directory in (guest, guest.rpartition("/")[0]):
        sys.path_importer_cache.pop(directory, None)


class Begin(BaseException):
    """Leaves the zygote's frames; carries the steps to the driver."""

    def __init__(self, steps):
        super().__init__()
        self.steps = steps


def begin(steps):
    """Leave every frame there is and take these steps. Never returns."""
    sys.excepthook = getattr(_codeexec, "drive", drive)
    raise Begin(steps)


def forget_begin():
    """What CPython keeps of an exception that nobody caught."""
    for name in ("last_type", "last_value", "last_traceback", "last_exc"):
        if hasattr(sys, name):
            delattr(sys, name)


def drive(kind, value, traceback):
    """Called by CPython when Begin has left the last frame: take the steps, one after the other."""
    sequence = value.steps
    del kind, value, traceback
    outcome = None
    while True:
        step = sequence.send(outcome)
        outcome = None
        try:
            step[0](*step[1:])
        except BaseException as problem:
            # Without this frame.
            outcome = problem.with_traceback(problem.__traceback__.tb_next)
        step = None


def steps(directory):
    """A guest's life: it has been confined, and may write to this directory."""
    settle(directory)
    source, filename, args, check_only = _codeexec.park()
    path = work + "/" + filename
    reset_interpreter(path, args)
    code = None
    try:
        code = load(source, path, check_only)
        outcome = None
    except BaseException as problem:
        if check_only:
            _codeexec.rejected([_codeexec_policy.syntax_error(problem)], 0)
            _codeexec.exit(0)
        outcome = problem.with_traceback(None)
    del modules["__main__"]
    modules["__main__"] = new_main(path)  # what the program imports comes behind it
    _codeexec.started()
    if outcome is None:
        outcome = yield exec, code, modules["__main__"].__dict__
    code = None
    status = 0
    if outcome is not None:
        status = yield from report(outcome)
        outcome = None
    yield from finish(status)


# ---- what modules want done when a process forks ----

# The zygote forks guests and other zygotes, for which the standard library has nothing to do: they have one thread, no
# locks are held, and settle() sees to what has to be different in each. Going through it would have every guest copy a
# hundred pages. What others want done is done there too. Registered are all of them in each guest, for its own forks.
fork_hooks = []  # as they were registered
foreign_fork_hooks = []
register_at_fork = posix.register_at_fork


def keep_fork_hooks():
    """From now on what modules register is kept here. Before anything is imported that does so."""
    use_fork_hooks_of(keep_hooks)


def use_fork_hooks_of(function):
    import os

    posix.register_at_fork = os.register_at_fork = function


def keep_hooks(**hooks):
    if not hooks or not all(map(callable, hooks.values())):
        register_at_fork(**hooks)  # will say what is wrong with them
    fork_hooks.append(hooks)
    if not _codeexec_imports.is_standard(sys._getframe(1).f_code.co_filename):
        foreign_fork_hooks.append(hooks)


def act_as_forked():
    """What libraries beyond the standard one do in a child."""
    for hooks in reversed(foreign_fork_hooks):
        call_hook(hooks, "before")
    for hooks in foreign_fork_hooks:
        call_hook(hooks, "after_in_child")


def call_hook(hooks, when):
    try:
        hooks.get(when, int)()
    except Exception:
        pass  # where the program forks, it will be told


# ---- before the program ----


def get_ready():
    """In a zygote, when everything is imported: all that is the same in every guest."""
    use_fork_hooks_of(register_at_fork)
    _codeexec_imports.activate()
    if _codeexec.work_base() is None:
        use_directory(work)
    _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    _signal.signal(_signal.SIGPIPE, _signal.SIG_IGN)
    _signal.signal(_signal.SIGXFSZ, _signal.SIG_IGN)
    _signal.signal(_codeexec.STOP_SIGNAL, on_stop)
    note_preloaded()
    if not once:
        gc.collect()
        gc.freeze()  # or each rehearsal would look at all there is
        for _ in range(REHEARSALS):
            rehearse()
        gc.collect()
    gc.freeze()
    gc.enable()


def get_unready():
    """In a zygote forked from another one, which is to import more."""
    gc.disable()
    if work in sys.path[:1]:
        del sys.path[0]
    _codeexec_imports.deactivate()
    use_fork_hooks_of(keep_hooks)


def settle(directory):
    """In each guest, before it is parked: all else that does not depend on its program."""
    if directory != work:
        use_private_directory(directory)
    for hooks in fork_hooks:
        register_at_fork(**hooks)
    for refresh in refreshers:
        refresh()
    if not once:
        rehearse()


def use_directory(directory):
    """The program's own modules are found there. Not before whoever calls this is in the guests' root: anybody may have
    put things into the /tmp of others."""
    sys.path.insert(0, directory)
    sys.path_importer_cache.pop(directory, None)


def use_private_directory(directory):
    """Where no /tmp could be mounted, whatever looks for one has to be told."""
    global work
    import os

    work = directory
    use_directory(work)
    _codeexec_imports.use_work_directory(work)
    os.environ.update(HOME=work, TMPDIR=work, MPLCONFIGDIR=work + "/.config/matplotlib")
    tempfile = modules.get("tempfile")
    if tempfile is not None:
        tempfile.tempdir = None  # the zygote's
    matplotlib = modules.get("matplotlib")
    if matplotlib is not None:
        for name in ("get_configdir", "get_cachedir"):
            getattr(getattr(matplotlib, name), "cache_clear", int)()


def note_preloaded():
    """What has to be called in each guest, for state of preloaded modules that must differ between runs, or after a
    fork."""
    global refreshers, shutdown_of_threading, callbacks_of_preloaded
    callbacks_of_preloaded = atexit._ncallbacks()
    found = []
    if "threading" in modules:
        shutdown_of_threading = modules["threading"]._shutdown
        found.append(modules["threading"].main_thread()._set_native_id)
    if "random" in modules:
        # The generator's own seed(), without what the Python class puts before it.
        found.append(super(modules["random"].Random, modules["random"]._inst).seed)
    if "numpy.random.mtrand" in modules:
        found.append(modules["numpy.random.mtrand"].seed)
    if "multiprocessing.process" in modules:
        found.append(refresh_authentication)
    if "matplotlib" in modules:
        found.append(make_matplotlib_directory)
    if foreign_fork_hooks:
        found.append(act_as_forked)
    refreshers = tuple(found)


def refresh_authentication():
    process = modules["multiprocessing.process"]
    process.current_process()._config["authkey"] = process.AuthenticationString(posix.urandom(32))


def make_matplotlib_directory():
    """It made its own when it was imported, in another /tmp."""
    import os

    os.makedirs(os.environ.get("MPLCONFIGDIR", work), exist_ok=True)


def rehearse():
    """Go through the motions once, so that the pages which every run writes to are the guest's own already: the first
    write to a page shared with the zygote costs a fault."""
    path = "/rehearsal.py"
    source = b"import sys\nclass A:\n    def f(self, x):\n        return [str(x), x + 1]\nA().f(sys.maxsize)\n"
    _codeexec_policy.review(as_read_from_file(source, path), path)
    exec(_codeexec.compile(source, path), new_main(path).__dict__)
    gc.collect()


def reset_interpreter(path, args):
    """Give the program an interpreter that looks freshly started."""
    sys.excepthook = default_hook
    sys.argv = [path] + args
    if hasattr(sys, "orig_argv"):
        sys.orig_argv = [sys.executable, path] + args


def on_stop(number, frame):
    """A hard kill follows in a moment: let out what is buffered."""
    if not _codeexec.is_guest():
        return
    for stream in (getattr(sys, "stdout", None), getattr(sys, "stderr", None)) + own_streams:
        try:
            stream.flush()
        except BaseException:
            pass  # replaced by something else, closed, or interrupted while writing
    _codeexec.flushed()


def main_values(path):
    return {
        "__name__": "__main__",
        "__doc__": None,
        "__package__": None,
        "__loader__": _frozen_importlib_external.SourceFileLoader("__main__", path),
        "__spec__": None,
        "__annotations__": {},
        "__builtins__": builtins,
        "__file__": path,
        "__cached__": None,
    }


def new_main(path):
    module = type(sys)("__main__")
    values = main_values(path)
    module.__dict__.clear()
    for key in main_keys:
        module.__dict__[key] = values[key]
    return module


# ---- from source to code ----


def load(source, path, check_only):
    """The program's code object; ends the process if the policy rejects it or nothing but a check was asked for."""
    global watched
    # Objects of some classes are closed when they go.
    watched = any([word in source for word in WATCHING]) or (b"class" in source and b"close" in source)
    save(source, path)
    source = as_read_from_file(source, path)
    findings, dropped = _codeexec_policy.review(source, path)
    if findings:
        _codeexec.rejected(findings, dropped)
        _codeexec.exit(0)
    code = _codeexec.compile(source, path)
    if check_only:
        _codeexec.checked()
        _codeexec.exit(0)
    return code


def save(source, path):
    """Put the source where __file__ says it is: tracebacks, inspect and multiprocessing look there."""
    try:
        descriptor = posix.open(path, posix.O_WRONLY | posix.O_CREAT | posix.O_TRUNC | posix.O_CLOEXEC, 0o644)
    except OSError:
        return  # no room: it runs all the same
    try:
        view = memoryview(source)
        while view:
            view = view[posix.write(descriptor, view) :]
    except OSError:
        pass
    finally:
        posix.close(descriptor)


def as_read_from_file(source, path):
    """What compile() should be given so that it takes the bytes as the interpreter takes a file.

    The two differ only for bytes that are not UTF-8, declared encodings, and NULs.
    """
    if b"\0" in source:
        source = without_nul(source, path)
    if source.isascii() and b"coding" not in source[:4096]:
        return source
    has_bom = source.startswith(b"\xef\xbb\xbf")
    encoding = declared_encoding(source[3:] if has_bom else source)
    if encoding is None:
        try:
            source.decode()
        except UnicodeDecodeError as problem:
            raise not_utf8(source, problem.start, path) from None
    elif encoding != "utf-8":
        if has_bom:
            raise SyntaxError("encoding problem: %s with BOM" % encoding)
        try:
            source.decode(encoding)
        except (LookupError, UnicodeError):
            raise SyntaxError("encoding problem: %s" % encoding) from None
    return source


def declared_encoding(source):
    """The encoding that a comment in the first two lines names, as CPython normalizes it (PEP 263)."""
    import re

    for line in source.split(b"\n", 2)[:2]:
        match = re.match(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", line)
        if match:
            name = match.group(1).decode("ascii", "replace")
            normal = name[:12].lower().replace("_", "-")
            if normal == "utf-8" or normal.startswith("utf-8-"):
                return "utf-8"
            if re.match("(latin-1|iso-8859-1|iso-latin-1)(-|$)", normal):
                return "iso-8859-1"
            return name
        if not re.match(rb"[ \t\f]*(#|\r?$)", line):
            break
    return None


def not_utf8(source, at, path):
    line = source.count(b"\n", 0, at) + 1
    if sys.version_info[:2] == (3, 10):
        line += 1  # as that version counts
    page = "python.org/dev/peps/pep-0263" if sys.version_info < (3, 11) else "peps.python.org/pep-0263"
    return SyntaxError(
        "Non-UTF-8 code starting with '\\x%02x' in file %s on line %d, but no encoding declared; "
        "see https://%s/ for details" % (source[at], path, line, page)
    )


def without_nul(source, path):
    """Old versions ignore the rest of a line from a NUL on, its end included; newer ones refuse the line."""
    try:
        compile(b"\0", path, "exec")
    except ValueError:
        import re

        return re.sub(rb"\0[^\n]*\n?", b"", source)
    except SyntaxError:
        pass
    at = source.index(b"\0")
    start = source.rfind(b"\n", 0, at) + 1
    text = source[start:at].decode("utf-8", "replace")
    raise SyntaxError("source code cannot contain null bytes", (path, source.count(b"\n", 0, at) + 1, 0, text))


# ---- an uncaught exception ----


def write_error(text):
    try:
        sys.stderr.write(text)
    except Exception:
        pass


def report(problem):
    """What PyErr_PrintEx does. Returns the exit status."""
    if isinstance(problem, SystemExit):
        return exit_status(problem)
    kind = type(problem)
    if sys.version_info >= (3, 12):
        sys.last_exc = problem
    sys.last_type, sys.last_value, sys.last_traceback = kind, problem, problem.__traceback__
    hook = getattr(sys, "excepthook", MISSING)
    if hook is MISSING:
        write_error("sys.excepthook is missing\n")
        hook = default_hook
    if hook is default_hook and is_refused_import(problem):
        write_error(
            "ImportError: %s\nEnsure required modules are installed and in ALLOWED_MODULES.\n" % problem
        )
        return 1
    failure = yield hook, kind, problem, problem.__traceback__
    if isinstance(failure, SystemExit):
        return exit_status(failure)
    if failure is not None:
        write_error("Error in sys.excepthook:\n")
        yield default_hook, type(failure), failure, failure.__traceback__
        write_error("\nOriginal exception was:\n")
        yield default_hook, kind, problem, problem.__traceback__
    return ENDED_BY_SIGINT if kind is KeyboardInterrupt else 1


def is_refused_import(problem):
    return (
        type(problem) is ModuleNotFoundError
        and problem.name in _codeexec_imports.refused
        and problem.args == ("No module named %r" % problem.name,)
    )


def exit_status(problem):
    code = getattr(problem, "code", problem)
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF if -(1 << 63) <= code < 1 << 63 else 0xFF
    try:
        text = str(code)
    except Exception:
        text = ""
    write_error(text + "\n")
    return 1


# ---- after the program ----


def finish(status):
    """What Py_FinalizeEx does, as far as a program can notice. Ends the process."""
    threading = modules.get("threading")
    if threading is not None and has_to_shut_down(threading):
        problem = yield threading._shutdown,
        if problem is not None:
            yield from unraisable(problem, "on threading shutdown", threading)
    yield atexit._run_exitfuncs,
    flushed = yield from flush()
    yield from drop_program()
    for stream in own_streams:  # what only now was written; failing is not reported any more
        yield call_flush, stream
    if status == ENDED_BY_SIGINT:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
        posix.kill(posix.getpid(), _signal.SIGINT)
        status = 128 + _signal.SIGINT
    elif not flushed:
        status = 120
    _codeexec.exited(status)


def has_to_shut_down(threading):
    """Asking it to, for nothing, would be two dozen pages to copy."""
    return (
        watched
        or atexit._ncallbacks() != callbacks_of_preloaded
        or _thread._count() > 0
        or threading._shutdown is not shutdown_of_threading
        or threading.__dict__.get("_threading_atexits", True)
    )


def unraisable(problem, when, culprit):
    """What PyErr_WriteUnraisable does; from 3.13 on CPython names the occasion in place of the culprit."""
    hook = getattr(sys, "unraisablehook", default_unraisable_hook)
    details = unraisable_details_type()
    message = None
    if sys.version_info >= (3, 13):
        message, culprit = "Exception ignored " + when, None
    yield hook, details((type(problem), problem, problem.__traceback__, message, culprit))


def unraisable_details_type():
    """The type that hooks are called with has no name anywhere: have CPython call one."""

    class Failing:
        def __del__(self):
            raise ValueError

    types = []
    hook = getattr(sys, "unraisablehook", default_unraisable_hook)
    sys.unraisablehook = lambda details: types.append(type(details))
    Failing()
    sys.unraisablehook = hook
    return types[0]


def flush():
    """Flush what are stdout and stderr now. Returns whether both could be."""
    done = True
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name, None)
        try:
            if stream is None or stream.closed:
                continue
        except Exception:
            pass
        problem = yield call_flush, stream
        if problem is not None:
            done = False
            if name == "stdout":
                when = "while flushing" if sys.version_info >= (3, 14) else "on flushing"
                yield from unraisable(problem, when + " sys.stdout", stream)
    return done


def drop_program():
    """Let go of the program's modules, so that its objects see their end. Libraries are left alone: taking them apart would
    take tens of milliseconds, and nobody could tell."""
    if gc.isenabled():
        yield gc.collect,
    if watched:
        clear_sys()
    sys.stdin, sys.stdout, sys.stderr = sys.__stdin__, sys.__stdout__, sys.__stderr__
    libraries, dying, survivors = [], [], []
    for name in imported_by_program():
        module = modules.pop(name, None)
        if isinstance(module, type(sys)) and (name == "__main__" or is_own_module(module)):
            dying.append(module)
            survivors.append(_weakref.ref(module))
        else:
            libraries.append(module)
    # From here on nothing can be imported, as in CPython. Each module taken out is a page copied.
    if watched or len(dying) > 1:
        if not watched:
            clear_sys()
        libraries.extend([modules.pop(name, None) for name in list(modules)])
    module = None
    yield dying.clear,
    yield gc.collect,
    for reference in survivors:
        if reference() is not None:
            yield clear_module, reference()


def clear_sys():
    for name in (
        "path argv ps1 ps2 last_exc last_type last_value last_traceback "
        "path_importer_cache meta_path path_hooks __interactivehook__"
    ).split():
        if hasattr(sys, name):
            setattr(sys, name, None)


def imported_by_program():
    """Names in sys.modules from __main__ on. Preloaded ones are not even looked at: a reference taken is a page copied."""
    names = []
    for name in reversed(modules):
        names.append(name)
        if name == "__main__":
            break
    names.reverse()
    return names


def is_own_module(module):
    path = module.__dict__.get("__file__")  # getattr() would wake modules that load lazily
    return isinstance(path, str) and _codeexec_imports.is_own(path)


def clear_module(module):
    """What CPython does to a module that something still refers to: private names first."""
    names = module.__dict__
    for name in list(names):
        if name.startswith("_") and not name.startswith("__"):
            names[name] = None
    for name in list(names):
        if name != "__builtins__":
            names[name] = None


# ---- in a helper of the zygote ----


def warm_matplotlib(directory):
    """Make matplotlib's list of fonts in directory, which guests see read-only. A list shows up only complete."""
    import os

    building = directory + "/building"
    os.makedirs(building, exist_ok=True)
    os.environ["MPLCONFIGDIR"] = building
    import matplotlib.font_manager

    for name in os.listdir(building):
        if name.endswith(".json"):
            os.rename(building + "/" + name, directory + "/" + name)
