# SPDX-License-Identifier: MIT
"""Running one program in a guest so that it cannot tell itself from `python3 script.py`.

prepare() is called once per zygote, main() once per guest; main() does not return. What a guest observes,
and what it cannot, is written down in docs/fidelity.md.
"""
import gc
import io
import os
import signal
import sys

import _codeexec
import _codeexec_imports
import _codeexec_policy

WORK_DIR = "/tmp/"


def prepare():
    """Import what every run needs, so that guests find it loaded."""
    import linecache
    import threading
    import types

    del linecache, threading, types


def warm_matplotlib(directory):
    """Leave matplotlib's font list in directory, whole or not at all."""
    os.makedirs(directory, exist_ok=True)
    os.environ["MPLCONFIGDIR"] = directory
    import matplotlib.font_manager

    del matplotlib


# ---- streams ----


def _text(fd, mode, name, errors):
    raw = io.FileIO(fd, mode, closefd=False)
    raw.name = "<%s>" % name
    if mode == "r":
        return io.TextIOWrapper(io.BufferedReader(raw), "utf-8", errors, newline=None)
    # Line by line, as on a terminal: what was printed before a kill is not lost.
    stream = io.TextIOWrapper(io.BufferedWriter(raw), "utf-8", errors, newline="\n", line_buffering=True)
    stream.mode = "w"
    return stream


def _open_streams():
    sys.stdin = sys.__stdin__ = _text(0, "r", "stdin", "strict")
    sys.stdin.mode = "r"
    sys.stdout = sys.__stdout__ = _text(1, "w", "stdout", "strict")
    sys.stderr = sys.__stderr__ = _text(2, "w", "stderr", "backslashreplace")


def _flush(stream):
    """@return False if what was printed could not be written."""
    if stream is None or getattr(stream, "closed", False):
        return True
    try:
        stream.flush()
    except BaseException as problem:
        _unraisable(problem, stream)
        return False
    return True


def _unraisable(problem, thing):
    try:
        sys.stderr.write("Exception ignored in: %r\n" % (thing,))
        sys.stderr.write("%s: %s\n" % (type(problem).__name__, problem))
        sys.stderr.flush()
    except BaseException:
        pass


def _arm_soft_stop():
    """Flush when the library says that the deadline has come, a moment before it kills."""
    main_pid = os.getpid()

    def stop(number, frame):
        if os.getpid() != main_pid:
            return
        for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
            try:
                stream.flush()
            except BaseException:
                pass
        _codeexec.flushed()

    signal.signal(_codeexec.STOP_SIGNAL, stop)


# ---- randomness ----


def _reseed():
    """Guests are copies: none may draw the numbers of another. `random` reseeds itself after a fork."""
    module = sys.modules.get("numpy.random.mtrand")
    if module is not None:
        module.seed()


# ---- the program's module ----


def _write_source(path, source):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        while source:
            source = source[os.write(fd, source):]
    finally:
        os.close(fd)


def _main_module(path):
    from importlib.machinery import SourceFileLoader

    module = type(sys)("__main__")
    names = module.__dict__
    names.clear()
    names.update(
        __name__="__main__",
        __doc__=None,
        __package__=None,
        __loader__=SourceFileLoader("__main__", path),
        __spec__=None,
        __annotations__={},
        __builtins__=sys.modules["builtins"],
        __file__=path,
        __cached__=None,
    )
    return module


def _become_script(path, arguments):
    sys.argv = [path] + arguments
    sys.orig_argv = [sys.executable] + sys.argv
    sys.path.insert(0, WORK_DIR.rstrip("/"))
    module = _main_module(path)
    for name in [name for name in sys.modules if name.startswith("_codeexec")]:
        del sys.modules[name]
    sys.modules["__main__"] = module
    return module


# ---- the end of a program ----


def _show(kind, value, trace):
    """Report an uncaught exception as the interpreter does."""
    if sys.excepthook is sys.__excepthook__:
        text = _codeexec_imports.refusal(value)
        if text is not None:
            sys.stderr.write(text)
            return
    try:
        sys.excepthook(kind, value, trace)
    except SystemExit:
        raise
    except BaseException as problem:
        sys.stderr.write("Error in sys.excepthook:\n")
        own = problem.__traceback__.tb_next if problem.__traceback__ else None
        sys.__excepthook__(type(problem), problem.with_traceback(own), own)
        sys.stderr.write("\nOriginal exception was:\n")
        sys.__excepthook__(kind, value, trace)


def _exit_status(code):
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF if -(1 << 63) <= code < 1 << 63 else 0xFF
    _flush(sys.stdout)
    try:
        print(code, file=sys.stderr)
    except BaseException:
        pass
    return 1


def _uncaught(problem, skip):
    """@return the exit status, or None for a KeyboardInterrupt"""
    if isinstance(problem, SystemExit):
        return _exit_status(problem.code)
    trace = problem.__traceback__
    for _ in range(skip):
        trace = trace.tb_next if trace is not None else None
    problem.__traceback__ = trace
    sys.last_type, sys.last_value, sys.last_traceback = type(problem), problem, trace
    try:
        _flush(sys.stdout)
        _show(type(problem), problem, trace)
    except SystemExit as end:
        return _exit_status(end.code)
    return None if isinstance(problem, KeyboardInterrupt) else 1


def _run_finalizers(module):
    """What the interpreter does at its end and a program can observe."""
    threading = sys.modules.get("threading")
    if threading is not None:
        try:
            threading._shutdown()
        except BaseException as problem:
            _unraisable(problem, threading)
    import atexit

    atexit._run_exitfuncs()
    sys.last_type = sys.last_value = sys.last_traceback = None
    names = module.__dict__
    # As the interpreter clears a module: names with one underscore first, then the others.
    for private in (True, False):
        for name in list(names):
            if name != "__builtins__" and (name.startswith("_") and not name.startswith("__")) == private:
                if names.get(name) is not None:
                    names[name] = None


def _finish(module, status):
    _run_finalizers(module)
    if not _flush(sys.stdout):
        status = 120
    _flush(sys.stderr)
    if status is None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
        status = 130
    _codeexec.exit(status)


def _compile(source, path, check_only):
    """The program's code; ends the process if the policy refuses it."""
    tree = compile(source, path, "exec", 0x400, dont_inherit=True)  # PyCF_ONLY_AST
    findings, dropped = _codeexec_policy.check(tree, source)
    if findings:
        _codeexec.rejected(findings, dropped)
        _codeexec.exit(0)
    return None if check_only else compile(tree, path, "exec", dont_inherit=True)


def main(request):
    gc.enable()
    _reseed()
    path = WORK_DIR + request["filename"]
    source = request["code"]
    _write_source(path, source)
    _open_streams()
    module = _become_script(path, request["args"])
    _arm_soft_stop()
    _codeexec_imports.activate()
    status = 0
    try:
        code = _compile(source, path, request["check_only"])
    except BaseException as problem:
        code = None
        if not request["check_only"]:
            _codeexec.started()
            status = _uncaught(problem, 2)
            _finish(module, status)
    if request["check_only"]:
        _codeexec.checked()
        _codeexec.exit(0)
    del request, source
    _codeexec.started()
    try:
        exec(code, module.__dict__)
    except BaseException as problem:
        status = _uncaught(problem, 1)
        problem = None
    _finish(module, status)
