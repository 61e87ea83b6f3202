# SPDX-License-Identifier: MIT
"""The policy: a linter over the program's syntax tree, run in the confined guest before the program.

It turns honest mistakes into messages with a line, a column and a rule, and stops the lazy attacks. It is not a
boundary: the sandbox is. So where a name cannot be resolved for certain, it stays silent.
"""
import _ast

FINDINGS_MAX = 100

PARSE_ONLY = 0x400  # ast.PyCF_ONLY_AST; the ast module itself would cost milliseconds to import

# ---- the rules, as data ----

PROCESSES = frozenset(
    "system popen fork fork1 forkpty posix_spawn posix_spawnp startfile "
    "execl execle execlp execlpe execv execve execvp execvpe "
    "spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe".split()
)

PROCESS_MESSAGE = (
    "%s starts a process or program, and there is none to start here; do the work in Python "
    "(pathlib, shutil, glob), and use threading or multiprocessing for parallel work"
)
TERMINAL_MESSAGE = "%s opens a terminal, and there is none here; read sys.stdin and print instead"
NATIVE_MESSAGE = (
    "%s calls native code past the interpreter, which is not for snippets; use struct, array or numpy "
    "for binary data"
)
FRAMES_MESSAGE = (
    "%s reaches into the interpreter's own objects; pass what is needed as arguments, or use the public API of "
    "the object"
)
DATA_MESSAGE = "%s turns data into code; use ast.literal_eval, json or csv for data"
EVAL_MESSAGE = "%s of a text made at run time turns data into code; use ast.literal_eval, json, or a dict of functions"
IMPORT_MESSAGE = "%s of a name made at run time cannot be checked; import the module by name"
DEPTH_MESSAGE = "nested too deeply to be checked; split the expression or move the data to a literal string"

# (rule, message, module, names): naming module.name in any way is a finding.
DEFAULT_USES = (
    ("process-creation", PROCESS_MESSAGE, "os", PROCESSES),
    ("process-creation", PROCESS_MESSAGE, "posix", PROCESSES),
    (
        "process-creation",
        PROCESS_MESSAGE,
        "subprocess",
        frozenset("run call check_call check_output Popen getoutput getstatusoutput".split()),
    ),
    ("process-creation", PROCESS_MESSAGE, "_posixsubprocess", frozenset(["fork_exec"])),
    (
        "process-creation",
        PROCESS_MESSAGE,
        "asyncio",
        frozenset(["create_subprocess_exec", "create_subprocess_shell"]),
    ),
    (
        "process-creation",
        PROCESS_MESSAGE,
        "asyncio.subprocess",
        frozenset(["create_subprocess_exec", "create_subprocess_shell"]),
    ),
    ("terminal", TERMINAL_MESSAGE, "pty", frozenset(["spawn", "fork", "openpty"])),
    ("terminal", TERMINAL_MESSAGE, "os", frozenset(["openpty", "login_tty"])),
)
STRICT_USES = (
    ("introspection", FRAMES_MESSAGE, "gc", frozenset(["get_objects", "get_referrers", "get_referents"])),
    ("introspection", FRAMES_MESSAGE, "sys", frozenset(["_getframe", "_current_frames", "_getframemodulename"])),
    ("introspection", FRAMES_MESSAGE, "inspect", frozenset(["currentframe", "stack", "trace"])),
    ("dynamic-code", DATA_MESSAGE, "pickle", frozenset(["load", "loads", "Unpickler"])),
    ("dynamic-code", DATA_MESSAGE, "_pickle", frozenset(["load", "loads", "Unpickler"])),
    ("dynamic-code", DATA_MESSAGE, "marshal", frozenset(["load", "loads"])),
    ("dynamic-code", DATA_MESSAGE, "shelve", frozenset(["open"])),
    ("dynamic-code", DATA_MESSAGE, "joblib", frozenset(["load"])),
    ("dynamic-code", DATA_MESSAGE, "pandas", frozenset(["read_pickle"])),
    ("dynamic-code", DATA_MESSAGE, "types", frozenset(["CodeType", "FunctionType"])),
)

# (rule, message, modules): importing one of them is a finding.
DEFAULT_IMPORTS = (("native-code", NATIVE_MESSAGE, frozenset(["ctypes", "_ctypes", "cffi", "_cffi_backend"])),)

# Attributes that are a finding on whatever object, in strict mode.
STRICT_ATTRIBUTES = frozenset(
    "__subclasses__ __globals__ __builtins__ __code__ __closure__ __mro__ __bases__ __base__ __getattribute__ "
    "f_back f_globals f_locals f_builtins f_code tb_frame gi_frame gi_code cr_frame cr_code ag_frame ag_code".split()
)

# (message, callables): a finding, in strict mode, unless the first argument is a literal.
STRICT_CALLS = (
    (EVAL_MESSAGE, frozenset(["builtins.eval", "builtins.exec", "builtins.compile"])),
    (IMPORT_MESSAGE, frozenset(["builtins.__import__", "importlib.import_module", "importlib.__import__"])),
)

IMPORTERS = STRICT_CALLS[1][1]
BY_NAME = frozenset(["getattr", "hasattr", "setattr", "delattr"])


class Rules:
    """What one mode looks for, indexed by how it is found."""

    def __init__(self, strict):
        self.strict = strict
        self.uses = {}  # "os.system" -> (rule, message)
        self.modules = {}  # "ctypes" -> (rule, message)
        self.names = set()  # last parts of self.uses: what is worth resolving
        for rule, message, module, names in DEFAULT_USES + (STRICT_USES if strict else ()):
            self.names |= names
            for name in names:
                self.uses[module + "." + name] = (rule, message)
        for rule, message, modules in DEFAULT_IMPORTS:
            for module in modules:
                self.modules[module] = (rule, message)
        # Without one of these words in the source there is nothing to find. Short common names do not count: their
        # module's does.
        short = ("pty", "subprocess", "_posixsubprocess")
        words = set(self.modules) | set(short)
        for _, _, module, names in DEFAULT_USES:
            if module not in short:
                words |= names
        self.words = [word.encode() for word in sorted(words)]


rules = None


def prepare(mode):
    """Choose the rules, once per zygote: "default", "strict" or "off"."""
    global rules
    rules = None if mode == "off" else Rules(mode == "strict")


# ---- the walk: scopes, and what is worth resolving in them ----

REBOUND = object()  # bound to something an import statement did not give


class Scope:
    """A namespace of the program. Bindings are dotted paths, alias expressions, or REBOUND."""

    __slots__ = ("parent", "module", "is_class", "is_comprehension", "names", "redirected")

    def __init__(self, parent, is_class=False, is_comprehension=False):
        self.parent = parent
        self.module = parent.module if parent else self
        self.is_class = is_class
        self.is_comprehension = is_comprehension
        self.names = {}
        self.redirected = {}  # names declared global or nonlocal -> the scope they belong to

    def bind(self, name, meaning):
        scope = self.redirected.get(name, self)
        scope.names.setdefault(name, []).append(meaning)

    def lookup(self, name):
        """What the name is bound to where this scope's code reads it: a list and its scope, or None."""
        scope = self.redirected.get(name, self)
        while scope is not None:
            # Names of a class body are seen by the body itself only, not by the methods.
            if name in scope.names and (scope is self or not scope.is_class):
                return scope.names[name], scope
            scope = scope.parent
        return None, None


class Walk:
    """One pass over a tree, without recursion: deep nesting must not exhaust the stack."""

    def __init__(self, tree, chosen):
        self.rules = chosen
        self.stars = []  # modules whose names an `import *` brought
        self.candidates = []  # (node, scope) to be resolved once every binding is known
        self.findings = []  # (node, rule, message)
        self.stack = [(tree, Scope(None))]
        stack = self.stack
        handlers = HANDLERS
        while stack:
            node, scope = stack.pop()
            handler = handlers.get(type(node))
            if handler is None:
                self.push_children(node, scope)
            else:
                handler(self, node, scope)

    def push(self, nodes, scope):
        for node in nodes:
            if node is not None:
                self.stack.append((node, scope))

    def push_children(self, node, scope):
        stack = self.stack
        for value in node.__dict__.values():
            if isinstance(value, list):
                for item in value:
                    if isinstance(item, _ast.AST):
                        stack.append((item, scope))
            elif isinstance(value, _ast.AST):
                stack.append((value, scope))

    def found(self, node, rule, message, name):
        self.findings.append((node, rule, message % name))

    # -- statements that bind --

    def visit_import(self, node, scope):
        for alias in node.names:
            top = alias.name.partition(".")[0]
            scope.bind(alias.asname or top, alias.name if alias.asname else top)
            self.check_import(node, alias, alias.name)

    def visit_import_from(self, node, scope):
        if node.level or node.module is None:
            for alias in node.names:
                scope.bind(alias.asname or alias.name, REBOUND)
            return
        for alias in node.names:
            if alias.name == "*":
                self.stars.append(node.module)
                self.check_import(node, alias, node.module)
                continue
            path = node.module + "." + alias.name
            scope.bind(alias.asname or alias.name, path)
            hit = self.rules.uses.get(path)
            if hit:
                self.found(position_of(alias, node), hit[0], hit[1], path)
            else:
                self.check_import(node, alias, node.module)

    def check_import(self, node, alias, module):
        hit = self.rules.modules.get(module.partition(".")[0])
        if hit:
            self.found(position_of(alias, node), hit[0], hit[1], module)

    def visit_assign(self, node, scope):
        value = node.value
        for target in node.targets:
            if type(target) is not _ast.Name:
                self.stack.append((target, scope))
            elif type(value) is _ast.Constant and value.value is None:
                pass  # `except ImportError: os = None` leaves what the import gave
            elif type(value) in RESOLVABLE:
                scope.bind(target.id, value)
            else:
                scope.bind(target.id, REBOUND)
        self.stack.append((value, scope))

    def visit_walrus(self, node, scope):
        target = scope
        while target.is_comprehension:
            target = target.parent
        target.bind(node.target.id, REBOUND)
        self.stack.append((node.value, scope))

    def visit_function(self, node, scope):
        arguments = node.args
        self.push(getattr(node, "decorator_list", ()), scope)
        self.push(arguments.defaults, scope)
        self.push(arguments.kw_defaults, scope)
        inner = Scope(scope)
        parameters = arguments.posonlyargs + arguments.args + arguments.kwonlyargs
        for parameter in parameters + [arguments.vararg, arguments.kwarg]:
            if parameter is not None:
                inner.bind(parameter.arg, REBOUND)
                self.push([parameter.annotation], scope)
        self.push(getattr(node, "type_params", ()), inner)
        if type(node) is _ast.Lambda:
            self.stack.append((node.body, inner))
            return
        scope.bind(node.name, REBOUND)
        self.push([node.returns], scope)
        self.push(node.body, inner)
        self.declare(node.body, inner)

    def declare(self, body, scope):
        """global and nonlocal come into force before any binding that follows them is seen."""
        pending = list(body)
        while pending:
            node = pending.pop()
            if type(node) in (_ast.Global, _ast.Nonlocal):
                for name in node.names:
                    owner = scope.module if type(node) is _ast.Global else scope.parent
                    while owner.is_class:
                        owner = owner.parent
                    scope.redirected[name] = owner
            elif type(node) not in NEW_SCOPES:
                for field in BLOCKS:
                    pending.extend(getattr(node, field, ()))

    def visit_class(self, node, scope):
        scope.bind(node.name, REBOUND)
        self.push(node.decorator_list, scope)
        self.push(node.bases, scope)
        self.push(node.keywords, scope)
        inner = Scope(scope, is_class=True)
        self.push(getattr(node, "type_params", ()), inner)
        self.push(node.body, inner)
        self.declare(node.body, inner)

    def visit_comprehension(self, node, scope):
        inner = Scope(scope, is_comprehension=True)
        # The first iterable is evaluated outside.
        self.stack.append((node.generators[0].iter, scope))
        for index, generator in enumerate(node.generators):
            self.stack.append((generator.target, inner))
            self.push(generator.ifs, inner)
            if index > 0:
                self.stack.append((generator.iter, inner))
        for field in ("elt", "key", "value"):
            self.push([getattr(node, field, None)], inner)

    def visit_named(self, node, scope):
        """`except E as name`, `case ... as name`, `*name`, `**name`, type parameters."""
        name = getattr(node, "rest", None) or getattr(node, "name", None)
        if isinstance(name, str):
            scope.bind(name, REBOUND)
        self.push_children(node, scope)

    # -- expressions --

    def visit_name(self, node, scope):
        if type(node.ctx) is not _ast.Load:
            scope.bind(node.id, REBOUND)
        elif node.id in self.rules.names:
            self.candidates.append((node, scope))
        elif self.rules.strict and node.id == "__builtins__":
            self.found(node, "introspection", FRAMES_MESSAGE, node.id)

    def visit_attribute(self, node, scope):
        if node.attr in self.rules.names and type(node.ctx) is _ast.Load:
            self.candidates.append((node, scope))
        if self.rules.strict and node.attr in STRICT_ATTRIBUTES:
            self.found(node, "introspection", FRAMES_MESSAGE, node.attr)
        self.stack.append((node.value, scope))

    def visit_call(self, node, scope):
        if type(node.func) in (_ast.Name, _ast.Attribute):
            self.candidates.append((node, scope))
        self.push_children(node, scope)

    # -- resolving --

    def paths(self, node, scope, depth=0):
        """The dotted paths an expression may stand for: {"os.system"}, or nothing."""
        kind = type(node)
        if depth > 20:
            return set()
        if kind is _ast.Name:
            return self.paths_of_name(node.id, scope, depth)
        if kind is _ast.Attribute:
            return {path + "." + node.attr for path in self.paths(node.value, scope, depth + 1)}
        if kind is _ast.Call:
            return self.paths_of_call(node, scope, depth)
        if kind is _ast.Subscript:
            key = literal(node.slice)
            if key is not None and "sys.modules" in self.paths(node.value, scope, depth + 1):
                return {key}
        return set()

    def paths_of_name(self, name, scope, depth):
        meanings, owner = scope.lookup(name)
        if meanings is None:
            return {module + "." + name for module in self.stars} | {"builtins." + name}
        found = set()
        for meaning in meanings:
            if meaning is REBOUND:
                return set()
            if isinstance(meaning, str):
                found.add(meaning)
            else:
                found |= self.paths(meaning, owner, depth + 1)
        return found

    def paths_of_call(self, node, scope, depth):
        """`__import__("os")`, `importlib.import_module("os")`, `getattr(os, "system")`."""
        callees = self.paths(node.func, scope, depth + 1)
        if callees & IMPORTERS and node.args:
            name = literal(node.args[0])
            if name is not None:
                return {name if "importlib.import_module" in callees else name.partition(".")[0]}
        elif "builtins.getattr" in callees and len(node.args) >= 2:
            name = literal(node.args[1])
            if name is not None:
                return {path + "." + name for path in self.paths(node.args[0], scope, depth + 1)}
        return set()

    def resolve(self):
        for node, scope in self.candidates:
            if type(node) is _ast.Call:
                self.check_call(node, scope)
                continue
            if type(node) is _ast.Name:
                # An import that gave the name was reported where it stands; `import *` was not.
                if scope.lookup(node.id)[0] is not None:
                    continue
            self.check_paths(node, self.paths(node, scope))

    def check_paths(self, node, paths):
        for path in sorted(paths):
            hit = self.rules.uses.get(path)
            if hit:
                self.found(node, hit[0], hit[1], path)
                return

    def check_call(self, node, scope):
        callees = self.paths(node.func, scope)
        if not callees:
            return
        if callees & IMPORTERS and node.args:
            name = literal(node.args[0])
            hit = name is not None and self.rules.modules.get(name.partition(".")[0])
            if hit:
                self.found(node, hit[0], hit[1], name.partition(".")[0])
        if "builtins.getattr" in callees:
            self.check_paths(node, self.paths_of_call(node, scope, 0))
        if self.rules.strict:
            self.check_strict_call(node, callees)

    def check_strict_call(self, node, callees):
        for message, callables in STRICT_CALLS:
            hits = callees & callables
            if hits and not (node.args and type(node.args[0]) is _ast.Constant):
                self.found(node, "dynamic-code", message, sorted(hits)[0].replace("builtins.", ""))
        if len(node.args) >= 2 and any("builtins." + name in callees for name in BY_NAME):
            name = literal(node.args[1])
            if name in STRICT_ATTRIBUTES:
                self.found(node, "introspection", FRAMES_MESSAGE, name)


def literal(node):
    """The text of a string literal, else None."""
    if type(node) is _ast.Constant and isinstance(node.value, str):
        return node.value
    return None


def position_of(alias, statement):
    return alias if hasattr(alias, "lineno") else statement  # 3.9 places the statement only


RESOLVABLE = (_ast.Name, _ast.Attribute, _ast.Call, _ast.Subscript)
NEW_SCOPES = (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef, _ast.Lambda)
BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
HANDLERS = {
    _ast.Import: Walk.visit_import,
    _ast.ImportFrom: Walk.visit_import_from,
    _ast.Assign: Walk.visit_assign,
    _ast.NamedExpr: Walk.visit_walrus,
    _ast.FunctionDef: Walk.visit_function,
    _ast.AsyncFunctionDef: Walk.visit_function,
    _ast.Lambda: Walk.visit_function,
    _ast.ClassDef: Walk.visit_class,
    _ast.ListComp: Walk.visit_comprehension,
    _ast.SetComp: Walk.visit_comprehension,
    _ast.DictComp: Walk.visit_comprehension,
    _ast.GeneratorExp: Walk.visit_comprehension,
    _ast.ExceptHandler: Walk.visit_named,
    _ast.Name: Walk.visit_name,
    _ast.Attribute: Walk.visit_attribute,
    _ast.Call: Walk.visit_call,
}
for _name in ("MatchAs", "MatchStar", "MatchMapping", "TypeVar", "ParamSpec", "TypeVarTuple"):
    if hasattr(_ast, _name):  # from 3.10 and 3.12 on
        HANDLERS[getattr(_ast, _name)] = Walk.visit_named


# ---- from source to findings ----

WORD_BYTES = frozenset(
    byte.encode() for byte in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
)

def mentions(source, word):
    """Whether the word stands in the source, in code, a text or a comment, not as a part of a longer one."""
    at = source.find(word)
    while at >= 0:
        end = at + len(word)
        if source[at - 1 : at] not in WORD_BYTES and source[end : end + 1] not in WORD_BYTES:
            return True
        at = source.find(word, end)
    return False


def source_lines(source):
    """The lines as the parser counts them, in UTF-8, which its columns are counted in."""
    import io
    import tokenize

    encoding = tokenize.detect_encoding(io.BytesIO(source).readline)[0]
    text = source.decode(encoding, "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").split(b"\n")


def located(findings, source):
    """Findings as (line, column, rule, message) in order, columns in characters from 1, without repeats."""
    lines = source_lines(source)
    seen = {}
    for node, rule, message in findings:
        line = lines[node.lineno - 1] if node.lineno <= len(lines) else b""
        column = len(line[: node.col_offset].decode("utf-8", "replace")) + 1
        seen.setdefault((node.lineno, column, rule, message))
    return sorted(seen)


def review(source, path):
    """Check a program's bytes.

    Returns its tree if it had to be parsed for that (else None), the findings, and how many more there were.
    Raises what parsing raises.
    """
    if rules is None or not (rules.strict or any(mentions(source, word) for word in rules.words)):
        return None, [], 0
    try:
        tree = compile(source, path, "exec", PARSE_ONLY, True)
    except (RecursionError, MemoryError):
        # The compiler nests deeper than the tree's own conversion does: let it say whether the program is sound.
        return None, [(1, 1, "too-complex", DEPTH_MESSAGE)] if rules.strict else [], 0
    walk = Walk(tree, rules)
    walk.resolve()
    if not walk.findings:
        return tree, [], 0
    findings = located(walk.findings, source)
    return tree, findings[:FINDINGS_MAX], max(len(findings) - FINDINGS_MAX, 0)
