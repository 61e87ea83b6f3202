# SPDX-License-Identifier: MIT
"""The code policy: a linter that turns honest mistakes into clear messages. Not a boundary: the sandbox is.

prepare() is called once per zygote, check() in a guest, confined by then, with the program's syntax tree.
Names are resolved through imports and scopes, so that a variable called `os` is no finding.
"""
import ast

MAX_FINDINGS = 100

_PROCESS = "starts a process, which this sandbox does not allow; use plain Python instead"
_NATIVE = "calls native code past the interpreter, which this sandbox does not allow"
_TERMINAL = "opens a pseudo-terminal, which this sandbox does not have"
_DATA = "runs code that is made at run time, which the strict policy does not allow"
_WALK = "reaches into the interpreter's internals, which the strict policy does not allow"

_OS_PROCESS = (
    "system popen execl execle execlp execlpe execv execve execvp execvpe spawnl spawnle spawnlp spawnlpe "
    "spawnv spawnve spawnvp spawnvpe posix_spawn posix_spawnp fork forkpty startfile"
).split()

# Dotted names whose use is a finding; "module.*" stands for everything in it.
DEFAULT_NAMES = {
    **{"%s.%s" % (module, name): ("process-creation", _PROCESS) for module in ("os", "posix") for name in _OS_PROCESS},
    "subprocess.*": ("process-creation", _PROCESS),
    "_posixsubprocess.*": ("process-creation", _PROCESS),
    "asyncio.create_subprocess_exec": ("process-creation", _PROCESS),
    "asyncio.create_subprocess_shell": ("process-creation", _PROCESS),
    "pty.*": ("terminal", _TERMINAL),
    "os.openpty": ("terminal", _TERMINAL),
}
# Modules whose import is a finding by itself: there is no use of them that is not.
DEFAULT_IMPORTS = {
    "ctypes": ("native-code", _NATIVE),
    "_ctypes": ("native-code", _NATIVE),
    "cffi": ("native-code", _NATIVE),
    "_posixsubprocess": ("process-creation", _PROCESS),
}
STRICT_NAMES = {
    "pickle.load": ("code-from-data", _DATA),
    "pickle.loads": ("code-from-data", _DATA),
    "marshal.load": ("code-from-data", _DATA),
    "marshal.loads": ("code-from-data", _DATA),
    "gc.get_objects": ("introspection", _WALK),
    "gc.get_referrers": ("introspection", _WALK),
    "sys._getframe": ("introspection", _WALK),
    "inspect.currentframe": ("introspection", _WALK),
}
STRICT_CALLS = frozenset(("eval", "exec", "compile", "__import__", "importlib.import_module"))
STRICT_ATTRIBUTES = frozenset(
    "__subclasses__ __globals__ __builtins__ __code__ __closure__ __bases__ __mro__ f_back f_globals f_locals "
    "f_builtins gi_frame cr_frame ag_frame tb_frame".split()
)

_mode = "default"


def prepare(mode):
    global _mode
    _mode = mode


def check(tree, source):
    """@return (findings, how many more there were); findings are (line, column, rule, message)"""
    if _mode == "off":
        return [], 0
    checker = _Checker(_mode == "strict")
    checker.run(tree)
    found = sorted(checker.findings)
    kept = found[:MAX_FINDINGS]
    if kept and not source.isascii():
        kept = _in_characters(kept, source)
    return kept, len(found) - len(kept)


def _in_characters(findings, source):
    """The parser counts columns in UTF-8 bytes; people count characters."""
    from importlib.util import decode_source

    lines = decode_source(source).split("\n")
    return [
        (line, len(lines[line - 1].encode("utf-8", "replace")[: column - 1].decode("utf-8", "ignore")) + 1, rule, text)
        for line, column, rule, text in findings
    ]


class _Scope:
    """Names bound in one block: to the dotted name an import gives them, or to None by anything else."""

    __slots__ = ("parent", "names", "is_class")

    def __init__(self, parent, is_class=False):
        self.parent = parent
        self.names = {}
        self.is_class = is_class

    def hide(self, name):
        self.names[name] = None

    def resolve(self, name):
        """The dotted name behind a name, "" for one that nothing binds (a builtin), None for others."""
        scope = self
        while scope is not None:
            if name in scope.names and (scope is self or not scope.is_class):
                return scope.names[name]
            scope = scope.parent
        return ""


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_BLOCKS = _FUNCTIONS + _COMPREHENSIONS + (ast.ClassDef,)
# Behind a star import: the use is the finding, since the import names nothing.
_STAR = "*"


class _Checker:
    def __init__(self, strict):
        self.strict = strict
        self.names = dict(DEFAULT_NAMES, **STRICT_NAMES) if strict else DEFAULT_NAMES
        self.findings = set()
        self.stack = []  # of (node, scope): no recursion, so that no depth of nesting ends it

    def run(self, tree):
        scope = _Scope(None)
        self._enter(tree.body, scope)
        while self.stack:
            node, scope = self.stack.pop()
            handler = self._HANDLERS.get(type(node))
            if handler is not None:
                handler(self, node, scope)
            else:
                self._push(ast.iter_child_nodes(node), scope)

    def _push(self, nodes, scope):
        self.stack.extend((node, scope) for node in nodes)

    def _find(self, node, rule, message):
        self.findings.add((node.lineno, node.col_offset + 1, rule, message))

    def _rule(self, dotted):
        return self.names.get(dotted) or self.names.get(dotted.rpartition(".")[0] + ".*")

    # ---- blocks and what they bind ----

    def _enter(self, body, scope):
        """Bind everything a block binds, wherever it does, then have its nodes visited."""
        pending = list(body)
        while pending:
            node = pending.pop()
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                self._bind_import(node, scope)
                continue
            if isinstance(node, ast.Name):
                if not isinstance(node.ctx, ast.Load):
                    scope.hide(node.id)
                continue
            name = getattr(node, "name", None)
            if isinstance(name, str):  # def, class, except ... as, match ... as
                scope.hide(name)
            if not isinstance(node, _BLOCKS):
                pending.extend(ast.iter_child_nodes(node))
        self._push(body, scope)

    def _bind_import(self, node, scope):
        for alias in node.names:
            if isinstance(node, ast.Import):
                name = alias.asname or alias.name.partition(".")[0]
                target = alias.name if alias.asname else name
            elif node.level:
                continue
            elif alias.name == "*":
                for dotted in self.names:
                    module, _, name = dotted.rpartition(".")
                    if module == node.module and name != "*":
                        scope.names.setdefault(name, _STAR + dotted)
                continue
            else:
                name = alias.asname or alias.name
                target = "%s.%s" % (node.module, alias.name)
            # Bound otherwise too: nobody can say which it is, so it is no finding.
            if name not in scope.names or scope.names[name] is not None:
                scope.names[name] = target

    def _function(self, node, scope):
        arguments = node.args
        self._push(getattr(node, "decorator_list", ()), scope)
        self._push([default for default in arguments.defaults + arguments.kw_defaults if default], scope)
        inner = _Scope(scope)
        every = arguments.posonlyargs + arguments.args + arguments.kwonlyargs
        for argument in every + [arguments.vararg, arguments.kwarg]:
            if argument is not None:
                inner.hide(argument.arg)
                if argument.annotation is not None:
                    self.stack.append((argument.annotation, scope))
        if isinstance(node, ast.Lambda):
            self._enter([node.body], inner)
            return
        if node.returns is not None:
            self.stack.append((node.returns, scope))
        self._enter(node.body, inner)

    def _class(self, node, scope):
        self._push(node.decorator_list + node.bases + node.keywords, scope)
        self._enter(node.body, _Scope(scope, is_class=True))

    def _comprehension(self, node, scope):
        self._enter(list(ast.iter_child_nodes(node)), _Scope(scope))

    # ---- what can be a finding ----

    def _import(self, node, scope):
        for alias in node.names:
            found = DEFAULT_IMPORTS.get(alias.name.partition(".")[0])
            if found:
                self._find(node, found[0], "%s %s" % (alias.name, found[1]))

    def _import_from(self, node, scope):
        if node.level or node.module is None:
            return
        found = DEFAULT_IMPORTS.get(node.module.partition(".")[0])
        if found:
            self._find(node, found[0], "%s %s" % (node.module, found[1]))
            return
        for alias in node.names:
            dotted = "%s.%s" % (node.module, alias.name)
            found = self._rule(dotted)
            if found and alias.name != "*":
                self._find(node, found[0], "%s %s" % (dotted, found[1]))

    def _attribute(self, node, scope):
        dotted = self._dotted(node, scope)
        found = self._rule(dotted) if dotted else None
        if found:
            self._find(node, found[0], "%s %s" % (dotted, found[1]))
            return
        if self.strict and node.attr in STRICT_ATTRIBUTES:
            self._find(node, "introspection", "%s %s" % (node.attr, _WALK))
        self.stack.append((node.value, scope))

    def _name(self, node, scope):
        dotted = scope.resolve(node.id)
        if dotted and dotted.startswith(_STAR):
            rule, message = self._rule(dotted[1:])
            self._find(node, rule, "%s %s" % (dotted[1:], message))

    def _call(self, node, scope):
        if self.strict and node.args and not isinstance(node.args[0], ast.Constant):
            name = self._dotted(node.func, scope)
            if name in STRICT_CALLS:
                self._find(node, "code-from-data", "%s %s" % (name, _DATA))
        self._push(ast.iter_child_nodes(node), scope)

    def _dotted(self, node, scope):
        """The dotted name an expression stands for, or None."""
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        base = scope.resolve(node.id)
        if base is None:
            return None
        if not base:
            return None if parts else node.id
        parts.append(base.lstrip(_STAR))
        return ".".join(reversed(parts))

    _HANDLERS = {
        ast.FunctionDef: _function,
        ast.AsyncFunctionDef: _function,
        ast.Lambda: _function,
        ast.ClassDef: _class,
        ast.ListComp: _comprehension,
        ast.SetComp: _comprehension,
        ast.DictComp: _comprehension,
        ast.GeneratorExp: _comprehension,
        ast.Import: _import,
        ast.ImportFrom: _import_from,
        ast.Attribute: _attribute,
        ast.Name: _name,
        ast.Call: _call,
    }
