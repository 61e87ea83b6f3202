# SPDX-License-Identifier: MIT
"""The policy: a linter over the program's syntax tree, run in the confined guest before the program.

It turns honest mistakes into messages with a line, a column and a rule, and stops the lazy attacks. It is not a
boundary: the sandbox is. So where a name cannot be resolved for certain, it stays silent.

_codeexec_rules says what is looked for, _codeexec_walk notes what a program binds and mentions, _codeexec_resolve finds
out what its names stand for. Most programs can do without the last two, and where one program is all that will be run they
become modules only for one that cannot.
"""
import _frozen_importlib_external
import _warnings
import gc
import sys

import _codeexec_rules
from _codeexec_rules import SYSTEM_MARK, SYSTEM_TEXTS, SYSTEM_WORDS

FINDINGS_MAX = 100
SNIPPET_MAX = 120  # characters

# Every byte that can be part of a word as it is, the others as spaces.
WORD_BYTES = bytes(
    byte if byte >= 0x80 or chr(byte).isalnum() or byte == 0x5F else 0x20 for byte in range(256)
)

chosen = None  # the rules in force
analysis = None  # the modules that look at a program's tree, loaded or to be loaded


def prepare(settings):
    """Choose the rules, once per zygote. The settings come from the library, which has checked them:
    policy             "default", "strict", "off" or "custom"
    policy_rules       for "custom": the rules, separated by commas
    policy_added       for "custom": name, tab, message, newline, for each name that is refused besides
    once               "1" if there will be one program only
    """
    global chosen, analysis
    mode = settings["policy"]
    added = ()
    if mode == "off":
        names = ()
    elif mode == "strict":
        names = _codeexec_rules.STRICT_RULES
    elif mode == "default":
        names = _codeexec_rules.DEFAULT_RULES
    else:
        names = [name for name in settings["policy_rules"].split(",") if name]
        added = [line.split("\t", 1) for line in settings.get("policy_added", "").split("\n") if line]
    unknown = set(names).difference(_codeexec_rules.STRICT_RULES)
    if unknown:
        raise ValueError("unknown rule " + sorted(unknown)[0])
    chosen = _codeexec_rules.Chosen(names, added) if names or added else None
    if chosen is not None:
        analysis = Analysis()
        if settings.get("once") != "1":
            analysis.load()


class KeptLoader(_frozen_importlib_external.SourceFileLoader):
    """Reads at once what it will be asked for later, when nothing of ours can be seen any more."""

    def __init__(self, name, path):
        super().__init__(name, path)
        self.stats = super().path_stats(path)
        self.kept = {path: super().get_data(path)}
        cached = _frozen_importlib_external.cache_from_source(path)
        try:
            self.kept[cached] = super().get_data(cached)
        except OSError:
            pass  # it will be compiled

    def path_stats(self, path):
        return self.stats

    def get_data(self, path):
        try:
            return self.kept[path]
        except KeyError:
            raise OSError("not kept") from None

    def set_data(self, path, data, **options):
        pass


class Analysis:
    """What looks at a program's tree."""

    NAMES = ("_codeexec_walk", "_codeexec_constants", "_codeexec_resolve")  # in the order in which they need one another

    def __init__(self):
        directory = __file__.rpartition("/")[0] + "/"
        self.loaders = [KeptLoader(name, directory + name + ".py") for name in self.NAMES]

    def load(self):
        """Make modules of them, leaving no trace of them in sys.modules."""
        before = [name for name in ("_codeexec_rules", *self.NAMES) if name in sys.modules]
        sys.modules["_codeexec_rules"] = _codeexec_rules
        try:
            while self.loaders:
                loader = self.loaders.pop(0)
                module = sys.modules[loader.name] = type(sys)(loader.name)
                module.__file__ = loader.path
                exec(loader.get_code(loader.name), module.__dict__)
                setattr(self, loader.name[len("_codeexec_") :], module)
        finally:
            for name in ("_codeexec_rules", *self.NAMES):
                if name not in before:
                    sys.modules.pop(name, None)


# Where characters are that identifiers may contain and that become ASCII there (NFKC), as Unicode 16 has them; in between
# are some that do not.
DISGUISES = (
    (0xAA, 0xBA),
    (0x132, 0x133),
    (0x13F, 0x140),
    (0x149, 0x149),
    (0x17F, 0x17F),
    (0x1C4, 0x1CC),
    (0x1F1, 0x1F3),
    (0x2B0, 0x2E4),
    (0x1D2C, 0x1DBF),
    (0x1E9A, 0x1E9B),
    (0x2070, 0x20A8),
    (0x2100, 0x2189),
    (0x2460, 0x24FF),
    (0x2C7C, 0x2C7D),
    (0x3250, 0x33FF),
    (0xA7F1, 0xA7F9),
    (0xAB5C, 0xAB6B),
    (0xFB00, 0xFB06),
    (0xFE33, 0xFE4F),
    (0xFF10, 0xFF5A),
    (0x10780, 0x107BF),
    (0x1CCD6, 0x1CCF9),
    (0x1D400, 0x1D7FF),
    (0x1F100, 0x1F1FF),
    (0x1FBF0, 0x1FBF9),
)


def is_in_disguise(source):
    """Whether a name in it may be another one than it looks."""
    try:
        characters = set(source.decode())
    except UnicodeDecodeError:
        return True
    for character in characters:
        if character > "\x7f" and ("a" + character).isidentifier():
            code = ord(character)
            for first, last in DISGUISES:
                if first <= code <= last:
                    return True
    return False


def words_of(source):
    """The words of a program, or None if they cannot be told so simply: names may be written in other letters, and what
    declares an encoding may mean anything."""
    if b"coding" in source[:4096] or (not source.isascii() and is_in_disguise(source)):
        return None
    present = set(source.translate(WORD_BYTES).split())
    if b"@" in source:
        present.add(b"@")
    if not SYSTEM_WORDS.isdisjoint(present) or any([text in source for text in SYSTEM_TEXTS]):
        present.add(SYSTEM_MARK)
    return present


def review(source, path):
    """Check a program's bytes. Returns the findings, and how many more there were. Never raises for want of sense in
    the program: whoever compiles it will say so."""
    if chosen is None:
        return [], 0
    present = words_of(source)
    if present is not None and not chosen.may_be_in(present):
        return [], 0  # most programs end here: nothing can be found for want of a word
    if analysis.loaders:
        analysis.load()
    collecting = gc.isenabled()
    gc.disable()  # a tree is many objects, and none of them is garbage
    # The compiler will say it again.
    filters = getattr(_warnings, "filters", [])
    filters.insert(0, ("ignore", None, Warning, None, 0))
    try:
        found = look_at(compile(source, path, "exec", analysis.walk.PARSE_ONLY, True), present)
    except (SyntaxError, ValueError):
        return [], 0
    except Exception:
        # RecursionError and MemoryError: the compiler nests deeper than the tree's own conversion does. Whatever else
        # it is would be a fault of ours, and no reason to keep an honest program from running.
        return too_complex(source, path) if chosen.complexity else [], 0
    finally:
        del filters[0]
        if collecting:
            gc.enable()
    if not found:
        return [], 0
    findings = located(found, source)
    return findings[:FINDINGS_MAX], max(len(findings) - FINDINGS_MAX, 0)


def look_at(tree, present):
    walk = analysis.walk.Walk(chosen, present)
    walk.walk(tree.body[::-1], analysis.walk.Scope(None))
    analysis.resolve.Resolver(walk).decide()
    return walk.found


def too_complex(source, path):
    try:
        compile(source, path, "exec", 0, True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # it cannot run either
    return [(1, 1, 1, 1, "too-complex", _codeexec_rules.TOO_COMPLEX, "")]


# ---- from nodes to places ----


def source_lines(source):
    """The lines as the parser counts them, in UTF-8, which its columns are counted in."""
    if source.isascii() and b"\r" not in source and b"coding" not in source[:4096]:
        return source.split(b"\n")
    import io
    import tokenize

    encoding = tokenize.detect_encoding(io.BytesIO(source).readline)[0]
    text = source.decode(encoding, "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").split(b"\n")


def column_of(lines, line, offset):
    """A column in characters, from 1."""
    text = lines[line - 1] if 0 < line <= len(lines) else b""
    return len(text[:offset].decode("utf-8", "replace")) + 1


def snippet_of(lines, line, column, end_line, end_column):
    """What stands there, as far as it is on the first line."""
    text = lines[line - 1].decode("utf-8", "replace") if 0 < line <= len(lines) else ""
    text = text[column - 1 : end_column - 1] if line == end_line else text[column - 1 :]
    return text.rstrip()[:SNIPPET_MAX]


def clean(text):
    return text.encode("utf-8", "replace").decode()


def located(found, source):
    """Findings as (line, column, end line, end column, rule, message, snippet) in order, without repeats. Columns are
    characters from 1; the end is the place behind the last one."""
    lines = source_lines(source)
    seen = {}
    for node, rule, message, name in found:
        line, end_line = node.lineno, node.end_lineno or node.lineno
        column = column_of(lines, line, node.col_offset)
        end_column = column_of(lines, end_line, node.end_col_offset or node.col_offset)
        snippet = snippet_of(lines, line, column, end_line, end_column)
        finding = (line, column, end_line, end_column, rule, clean(message.replace("%s", name, 1)), snippet)
        seen.setdefault(finding)
    return sorted(seen)


def syntax_error(problem):
    """The finding for a program that is none, for those who only want it checked."""
    if not isinstance(problem, SyntaxError):  # nested too deeply, too long a number
        return (1, 1, 1, 1, "syntax-error", clean("%s: %s" % (type(problem).__name__, problem)), "")
    line = problem.lineno or 1
    column = max(problem.offset or 1, 1)
    end_line = getattr(problem, "end_lineno", None) or line
    end_column = getattr(problem, "end_offset", None) or column
    if end_line < line or (end_line == line and end_column < column):
        end_line, end_column = line, column
    text = (problem.text or "").split("\n")[0]
    snippet = text[column - 1 : end_column - 1 if end_line == line else None].rstrip()[:SNIPPET_MAX]
    return (line, column, end_line, end_column, "syntax-error", clean(problem.msg or "invalid syntax"), clean(snippet))
