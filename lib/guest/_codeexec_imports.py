# SPDX-License-Identifier: MIT
"""Which modules a program may import. A convenience for operators, not a boundary."""
import sys

HINT = "Ensure required modules are installed and in ALLOWED_MODULES."

_finder = None


def install(allowed):
    """Remember what is allowed; nothing changes until activate()."""
    global _finder
    _finder = _Finder(allowed)


def activate():
    """From here on user code imports what is allowed only. Called in a guest."""
    sys.meta_path.insert(0, _finder)


def refusal(value):
    """The message for an uncaught import of a module there is not, or None."""
    if not isinstance(value, ModuleNotFoundError) or not isinstance(value.name, str):
        return None
    if "." in value.name or str(value) != "No module named %r" % value.name:
        return None
    return "ImportError: %s\n%s\n" % (value, HINT)


def _standard_names():
    names = getattr(sys, "stdlib_module_names", None)
    if names is not None:
        return names
    import os

    found = set(sys.builtin_module_names)
    directory = os.path.dirname(os.__file__)
    for folder in (directory, directory + "/lib-dynload"):
        found.update(name.partition(".")[0] for name in os.listdir(folder))
    return frozenset(found)


class _Finder:
    """First on sys.meta_path: lets allowed names through to the finders behind it, refuses the others."""

    def __init__(self, allowed):
        self.allowed = frozenset(allowed)
        self.standard = _standard_names()
        self.library_roots = tuple(
            {path.rstrip("/") + "/" for path in sys.path if path} | {sys.prefix + "/", sys.base_prefix + "/"}
        )
        self.dependencies = None

    def find_spec(self, fullname, path=None, target=None):
        if path is not None:
            return None
        if fullname == "matplotlib":
            _prepare_matplotlib()
        if fullname in self.standard or fullname in self.allowed:
            return None
        user, asking = self._importer()
        if not user or self._is_own(fullname) or fullname in self._dependencies():
            return None
        if asking:
            return self._absent()
        raise ModuleNotFoundError("No module named %r" % fullname, name=fullname)

    def _absent(self):
        """End a find_spec() question with None: nobody behind us may answer it."""
        return None

    def _importer(self):
        """Whether user code imports, and whether it only asks (importlib.util.find_spec)."""
        frame = sys._getframe(2)
        asking = False
        while frame is not None:
            name = frame.f_code.co_filename
            if name.startswith("<frozen importlib") or name.endswith("/importlib/__init__.py"):
                frame = frame.f_back
                continue
            if name.endswith("/importlib/util.py"):
                asking = True
                frame = frame.f_back
                continue
            return not name.startswith(self.library_roots), asking
        return True, asking

    @staticmethod
    def _is_own(name):
        """A module the program wrote itself, into a directory it may write to."""
        from importlib.machinery import PathFinder

        places = [place for place in sys.path if place == "" or place.startswith(("/tmp", "/dev/shm"))]
        return bool(places) and PathFinder.find_spec(name, places) is not None

    def _dependencies(self):
        if self.dependencies is None:
            self.dependencies = _dependencies_of(self.allowed)
        return self.dependencies


def _prepare_matplotlib():
    """Give matplotlib the font list that was made once, instead of a scan of all fonts per run."""
    import os

    target = os.environ.get("MPLCONFIGDIR")
    try:
        names = os.listdir("/var/cache/codeexec/matplotlib")
        os.makedirs(target, exist_ok=True)
        for name in names:
            if name.startswith("fontlist") and name.endswith(".json"):
                os.symlink("/var/cache/codeexec/matplotlib/" + name, target + "/" + name)
    except (OSError, TypeError):
        pass


def _dependencies_of(allowed):
    """Top-level names of what the allowed modules' distributions require, theirs included."""
    import re
    from importlib import metadata

    def normal(name):
        return re.sub(r"[-_.]+", "-", name).lower()

    provides = {}
    requires = {}
    for distribution in metadata.distributions():
        name = distribution.metadata["Name"]
        if not name:
            continue
        name = normal(name)
        provides.setdefault(name, set()).update(_top_level(distribution, name))
        requires.setdefault(name, set()).update(
            normal(re.match(r"[A-Za-z0-9._-]+", line).group())
            for line in distribution.requires or ()
            if "extra ==" not in line
        )
    pending = [name for name, modules in provides.items() if modules & allowed]
    reached = set(pending)
    while pending:
        for name in requires.get(pending.pop(), ()):
            if name not in reached:
                reached.add(name)
                pending.append(name)
    return frozenset(module for name in reached for module in provides.get(name, ()))


def _top_level(distribution, name):
    text = distribution.read_text("top_level.txt")
    if text:
        return set(text.split())
    found = set()
    for path in distribution.files or ():
        first = path.parts[0]
        if len(path.parts) > 1 and not first.endswith((".dist-info", ".egg-info")) and first != "..":
            found.add(first)
        elif first.endswith(".py"):
            found.add(first[:-3])
    return found or {name.replace("-", "_")}
