# SPDX-License-Identifier: MIT
"""What the expressions of a program stand for, as far as its text tells: which module, which function, which text.

What cannot be told is nothing: `()` for a value, MISSING for a constant. Nothing of the program is ever called; the
constants are computed by the few operations of _codeexec_constants, on values of bounded size.
"""
import _ast

from _codeexec_constants import (
    FUNCTIONS,
    METHODS,
    MISSING,
    OPERATIONS,
    PATH_CLASSES,
    SIZE_MAX,
    is_shared,
    is_system,
    join,
    percent,
    plain,
)
from _codeexec_rules import (
    CALLABLES,
    CORE_MODULES,
    DESTRUCTION,
    IMPORTERS,
    INTROSPECTION,
    KEPT_MODULES,
    LOOKUPS,
    MODULES,
    NAMESPACE_WORDS,
    NOT_KEPT,
    PATH_METHODS,
    SAME_MODULE,
    TEXTS,
)
from _codeexec_walk import CHOICES_MAX, LAMBDA, TEXT_MAX, UNKNOWN, Scope, parse

CIRCLE = (("constant", None),)  # what leads back to itself adds nothing to what else a name may be

DEPTH_MAX = 60  # of expressions that refer to one another
STEPS_MAX = 300000  # in all, so that no program keeps the checker busy
NESTED_MAX = 200  # texts that are looked into because they are executed


class Resolver:
    """Decides about what a walk has noted."""

    def __init__(self, walk):
        self.walk = walk
        self.rules = walk.rules
        present = walk.present
        self.has_namespaces = present is None or any(word.encode() in present for word in NAMESPACE_WORDS)
        self.memo = {}
        self.depth = 0
        self.steps = 0
        self.locals = {}  # the variable of a comprehension that is being computed

    # ---- values ----
    #
    # A value is a dotted path, or a tuple: ("constant", x), ("namespace", path), ("scope", Scope), ("class", Scope),
    # ("object", Scope), ("function", Scope), ("display", node, scope), ("getter", paths), ("caller", name),
    # ("item", key), ("partial", call, scope), ("path", text), ("path method", text, name).

    def values(self, node, scope):
        """All that an expression may be, or nothing if that cannot be told."""
        key = (node, scope)
        known = self.memo.get(key)
        if known is not None:
            return known
        handler = RESOLVERS.get(type(node))
        if handler is None or self.depth > DEPTH_MAX or self.steps > STEPS_MAX:
            return ()
        self.memo[key] = CIRCLE
        self.depth += 1
        self.steps += 1
        result = handler(self, node, scope)
        self.depth -= 1
        self.memo[key] = result = tuple(dict.fromkeys(result))
        return result

    def meanings(self, meanings):
        """What a name is that was bound to these: it must be known of each. Texts and numbers do not count: nothing
        refused could be reached through them, so they are what a name holds while a module is missing."""
        if meanings is UNKNOWN:
            return ()
        found = []
        for meaning in meanings:
            if type(meaning) is str:
                found.append(meaning)
                continue
            kind = meaning[0]
            if kind == "elements":
                values = self.elements(*meaning[1:])
            elif kind == "default":
                values = self.values(meaning[1], meaning[2])
            elif kind == "class" or kind == "function":
                values = (meaning,)
            elif kind == "added":
                values = (("constant", None),)
            elif type(kind) is _ast.Constant:
                values = (("constant", kind.value),)
            else:
                values = self.values(*meaning)
                if not values and self.constant(*meaning) is not MISSING:
                    continue
            if not values:
                return ()
            found.extend(values)
        found = [value for value in found if value[0] != "constant"] or found
        if len(found) > 1 and any(value[0] in OWN for value in found) and any(type(value) is str for value in found):
            return ()  # a module here, an object of the program there
        return found

    def elements(self, iterable, scope, index):
        found = []
        for display, at in self.displays(iterable, scope):
            for element in display.elts[:CHOICES_MAX]:
                if index is not None:
                    if type(element) not in (_ast.Tuple, _ast.List) or index >= len(element.elts):
                        return ()
                    element = element.elts[index]
                values = self.values(element, at)
                if not values and self.constant(element, at) is MISSING:
                    return ()
                found.extend(values)
        return found

    def displays(self, node, scope):
        """The tuples, lists and sets written out that an expression may be."""
        if type(node) in (_ast.Tuple, _ast.List, _ast.Set):
            return [(node, scope)]
        return [
            value[1:]
            for value in self.values(node, scope)
            if value[0] == "display" and type(value[1]) is not _ast.Dict
        ]

    def of_name(self, node, scope):
        return self.name(node.id, scope)

    def name(self, name, scope):
        meanings = scope.lookup(name)
        if meanings is None:
            if name == "__builtins__":
                return ("builtins",)
            return [module + "." + name for module in self.walk.stars] + ["builtins." + name]
        return self.meanings(meanings)

    def of_attribute(self, node, scope):
        bases = self.values(node.value, scope)
        found = []
        for base in bases:
            found.extend(self.attribute(base, node.attr))
        if not found and type(node.value) is _ast.Name:
            return self.member(node.value.id, node.attr, scope)
        return found

    def member(self, base, attribute, scope):
        """self.os, where the class assigns self.os."""
        while scope is not None:
            if scope.members is not None and (base, attribute) in scope.members:
                return self.meanings(scope.members[base, attribute])
            scope = scope.parent
        return ()

    def attribute(self, base, name):
        if type(base) is str:
            return self.path_attribute(base, name)
        kind = base[0]
        if kind in ("class", "object"):
            return self.class_attribute(base[1], name)
        if kind in ("namespace", "scope") and name in ("get", "pop", "setdefault", "__getitem__"):
            return (("lookup", base),)
        if kind == "path":
            if name in ("parent", "parents"):
                return ()
            return (("path method", base[1], name),)
        if kind == "namespace" and name == "copy":
            return (("copy", base),)
        if name == "__call__":
            return (base,)
        if name == "__getitem__":
            return (("lookup", base),)
        return ()

    def path_attribute(self, path, name):
        if name == "__dict__":
            return (("namespace", path),)
        if name == "__call__":
            return (path,)
        if name == "__self__" and path.startswith("builtins."):
            return ("builtins",)
        path = path + "." + name
        if name in KEPT_MODULES and path not in NOT_KEPT and not path.startswith("builtins."):
            return (KEPT_MODULES[name],)
        return (SAME_MODULE.get(path, path),)

    def class_attribute(self, scope, name):
        if name == "__dict__":
            return (("scope", scope),)
        if name in scope.names:
            return self.meanings(scope.names[name])
        if scope.members is not None:
            for (_, attribute), meanings in scope.members.items():
                if attribute == name:
                    return self.meanings(meanings)
        for base in scope.node.bases:
            for value in self.values(base, scope.parent):
                if value[0] == "class":
                    return self.class_attribute(value[1], name)
        return ()

    def of_subscript(self, node, scope):
        bases = self.values(node.value, scope)
        found = []
        for base in bases:
            for key in self.choices(node.slice, scope):
                found.extend(self.item(base, key))
        if not found and type(node.value) is _ast.Name:
            key = self.constant(node.slice, scope)
            if type(key) in (str, int):
                return self.member(node.value.id, ("item", key), scope)
        return found

    def item(self, base, key):
        if base == "sys.modules":
            return (SAME_MODULE.get(key, key),) if type(key) is str else ()
        if base == "builtins":
            return self.attribute(base, key) if type(key) is str else ()
        kind = base[0]
        if kind == "namespace":
            return self.attribute(base[1], key) if type(key) is str else ()
        if kind == "scope":
            return self.name(key, base[1]) if type(key) is str else ()
        if kind == "display":
            return self.display_item(base[1], base[2], key)
        return ()

    def display_item(self, node, scope, key):
        if type(node) is _ast.Dict:
            for name, value in zip(node.keys, node.values):
                if name is not None and self.constant(name, scope) == key:
                    return self.values(value, scope)
        elif type(key) is int and -len(node.elts) <= key < len(node.elts):
            return self.values(node.elts[key], scope)
        return ()

    def of_display(self, node, scope):
        return (("display", node, scope),)

    def of_choice(self, node, scope):
        """`a if c else b`, `a or b`: any of them."""
        parts = node.values if type(node) is _ast.BoolOp else (node.body, node.orelse)
        return [value for part in parts for value in self.values(part, scope)]

    def of_walrus(self, node, scope):
        return self.values(node.value, scope)

    def of_lambda(self, node, scope):
        inner = self.walk.scopes.get(node)
        return (("function", inner),) if inner else ()

    def of_constant(self, node, scope):
        return (("constant", node.value),)

    def of_sum(self, node, scope):
        value = self.constant(node, scope)
        return () if value is MISSING else (("path", value[1]) if type(value) is tuple and value[:1] == ("/",) else
                                            ("constant", value),)

    # ---- calls ----

    def of_call(self, node, scope):
        if any(type(argument) is _ast.Starred for argument in node.args):
            return ()
        arguments = [(argument, scope) for argument in node.args]
        found = []
        for callee in self.values(node.func, scope):
            found.extend(self.result(callee, arguments, node, scope))
        if not found:
            value = self.constant(node, scope)
            if value is not MISSING:
                return (("constant", value),)
        return found

    def result(self, callee, arguments, node, scope):
        """What a call gives."""
        if type(callee) is str:
            return self.result_of_path(callee, arguments, node, scope)
        kind = callee[0]
        first = self.values(*arguments[0]) if arguments else ()
        if kind == "class":
            return (("object", callee[1]),)
        if kind == "function":
            return self.result_of_function(callee[1])
        if kind == "lookup":
            keys = self.choices(*arguments[0]) if arguments else ()
            return [value for key in keys for value in self.item(callee[1], key)]
        if kind == "copy":
            return (callee[1],)
        if kind == "getter":
            return [value for base in first for path in callee[1] for value in self.walk_attributes(base, path)]
        if kind == "item":
            return [value for base in first for value in self.item(base, callee[1])]
        if kind == "partial" and self.depth < DEPTH_MAX:
            call, at = callee[1:]
            arguments = [(argument, at) for argument in call.args[1:]] + arguments
            return [
                value
                for function in self.values(call.args[0], at)
                for value in self.result(function, arguments, node, scope)
            ]
        return ()

    def result_of_function(self, inner):
        found = []
        for value in inner.returns or ():
            values = self.values(value, inner)
            if not values:
                return ()
            found.extend(values)
        return found

    def walk_attributes(self, base, path):
        bases = [base]
        for name in path.split("."):
            bases = [value for one in bases for value in self.attribute(one, name)]
        return bases

    def result_of_path(self, path, arguments, node, scope):
        if path in IMPORTERS:
            return self.imported(path, arguments, node)
        last = path.rpartition(".")[2]
        if last not in CALLABLES and last not in RESULTS and last not in LOOKUPS:
            return ()
        first = self.values(*arguments[0]) if arguments else ()
        if path in ("builtins.getattr", "inspect.getattr_static") or path in GETATTRIBUTE:
            if len(arguments) < 2:
                return ()
            names = self.texts(*arguments[1])
            return [value for base in first for name in names for value in self.attribute(base, name)]
        if last == "__getattribute__" and arguments:
            base = path.rpartition(".")[0]
            return [value for name in self.texts(*arguments[0]) for value in self.attribute(base, name)]
        if path == "operator.attrgetter":
            return (("getter", tuple(name for argument in arguments for name in self.texts(*argument))),)
        if path == "operator.methodcaller" and arguments:
            return [("caller", name) for name in self.texts(*arguments[0])]
        if path == "operator.itemgetter" and arguments:
            return [("item", key) for key in self.choices(*arguments[0])]
        if path == "operator.getitem" and len(arguments) == 2:
            return [value for base in first for key in self.choices(*arguments[1]) for value in self.item(base, key)]
        if path == "builtins.vars" and arguments:
            return [
                ("namespace", base) if type(base) is str else ("scope", base[1])
                for base in first
                if type(base) is str or base[0] in ("class", "object")
            ]
        if path == "builtins.globals":
            return (("scope", scope.module),)
        if path in ("builtins.locals", "builtins.vars", "builtins.dir"):
            return (("scope", scope),) if path != "builtins.dir" else ()
        if path.startswith("sys.modules."):
            names = self.texts(*arguments[0]) if arguments else ()
            return [SAME_MODULE.get(name, name) for name in names]
        if path in SAME_AS_ARGUMENT:
            return first
        if path in ("builtins.list", "builtins.tuple") and first:
            return [value for value in first if value[0] == "display"]
        if path == "functools.partial" and arguments:
            return (("partial", node, scope),)
        if path in ("pydoc.locate", "pkgutil.resolve_name", "importlib.util.find_spec"):
            names = self.texts(*arguments[0]) if arguments and not path.endswith("find_spec") else ()
            return [SAME_MODULE.get(name, name).replace(":", ".") for name in names]
        if last == "load_module" and arguments:
            return [SAME_MODULE.get(name, name) for name in self.texts(*arguments[-1])]
        if path == "builtins.eval" and arguments:
            return self.result_of_eval(arguments[0], scope)
        if path in PATH_CLASSES:
            parts = [self.constant(*argument) for argument in arguments]
            if parts and all(type(part) is str for part in parts):
                return (("path", join(parts)),)
        if path == "pathlib.Path.home":
            return (("path", "~"),)
        return ()

    def imported(self, importer, arguments, node):
        names = self.texts(*arguments[0]) if arguments else ()
        found = []
        for name in names:
            if importer.endswith("__import__") and len(arguments) < 4 and not node.keywords:
                name = name.partition(".")[0]
            found.append(SAME_MODULE.get(name, name))
        return found

    def result_of_eval(self, argument, scope):
        text = self.constant(*argument)
        if type(text) is not str or len(text) > TEXT_MAX:
            return ()
        tree = self.walk.evaluated.get((text, scope))
        return self.values(tree.body, scope) if tree is not None else ()

    # ---- constants ----

    def texts(self, node, scope):
        return [text for text in self.choices(node, scope) if type(text) is str]

    def choices(self, node, scope):
        """The constants an expression may be, if all of them are known."""
        value = self.constant(node, scope)
        if value is not MISSING:
            return (value,)
        kind = type(node)
        if kind is _ast.IfExp:
            return self.choices(node.body, scope) + self.choices(node.orelse, scope)
        if kind is _ast.Name:
            meanings = scope.lookup(node.id)
            if meanings is None or meanings is UNKNOWN:
                return ()
            found = []
            for meaning in meanings[:CHOICES_MAX]:
                if type(meaning) is str or meaning[0] == "added":
                    return ()
                if meaning[0] == "elements":
                    for display, at in self.displays(meaning[1], meaning[2]):
                        for element in display.elts[:CHOICES_MAX]:
                            if meaning[3] is not None and hasattr(element, "elts") and meaning[3] < len(element.elts):
                                element = element.elts[meaning[3]]
                            found.append(self.constant(element, at))
                elif isinstance(meaning[0], _ast.AST):
                    found.append(self.constant(*meaning))
                elif meaning[0] == "default":
                    found.append(self.constant(meaning[1], meaning[2]))
            return tuple(value for value in found if value is not MISSING)
        return ()

    def constant(self, node, scope):
        """The value of an expression made of literals, or MISSING."""
        if type(node) is _ast.Constant:
            return node.value
        handler = CONSTANTS.get(type(node))
        if handler is None or self.depth > DEPTH_MAX or self.steps > STEPS_MAX:
            return MISSING
        self.depth += 1
        self.steps += 1
        try:
            value = handler(self, node, scope)
            if type(value) in (str, bytes, tuple) and len(value) > SIZE_MAX:
                value = MISSING
            if type(value) is int and value.bit_length() > 4096:
                value = MISSING
        except (TypeError, ValueError, LookupError, ArithmeticError, AttributeError, UnicodeError):
            value = MISSING
        self.depth -= 1
        return value

    def all_constants(self, nodes, scope):
        """A tuple of their values; raises ValueError if one is missing."""
        values = []
        for node in nodes:
            value = self.constant(node, scope)
            if value is MISSING:
                raise ValueError
            values.append(value)
        return tuple(values)

    def constant_name(self, node, scope):
        if node.id in self.locals:
            return self.locals[node.id]
        meanings = scope.lookup(node.id)
        if meanings is None or meanings is UNKNOWN:
            return MISSING
        value = MISSING
        for meaning in meanings:
            if type(meaning) is str:
                return MISSING
            if meaning[0] == "added" and value is not MISSING:
                value = value + self.all_constants((meaning[1],), meaning[2])[0]
            elif value is MISSING and isinstance(meaning[0], _ast.AST):
                value = self.constant(*meaning)
                if value is MISSING:
                    return MISSING
            else:
                return MISSING
        return value

    def constant_attribute(self, node, scope):
        for value in self.values(node, scope):
            if value in TEXTS:
                return TEXTS[value]
        return MISSING

    def constant_fstring(self, node, scope):
        text = ""
        for part in node.values:
            if type(part) is _ast.FormattedValue:
                if part.format_spec is not None or part.conversion not in (-1, 115):
                    return MISSING
                part = part.value
            text += str(plain(self.constant(part, scope)))
        return text

    def constant_operation(self, node, scope):
        left, right = self.all_constants((node.left, node.right), scope)
        kind = type(node.op)
        if kind is _ast.Mult:
            left, right = (right, left) if type(left) is int else (left, right)
            if type(right) is not int or (type(left) is not int and len(left) * right > SIZE_MAX):
                return MISSING
            return left * right
        if kind is _ast.Mod and type(left) is str:
            return percent(left, right)
        if kind is _ast.Div and type(left) is tuple and left[:1] == ("/",) and type(right) is str:
            return ("/", join((left[1], right)))
        operation = OPERATIONS.get(kind)
        return operation(left, right) if operation else MISSING

    def constant_unary(self, node, scope):
        value = plain(self.constant(node.operand, scope))
        return -value if type(node.op) is _ast.USub else MISSING

    def constant_display(self, node, scope):
        if len(node.elts) > SIZE_MAX:
            return MISSING
        return self.all_constants(node.elts, scope)

    def constant_subscript(self, node, scope):
        base = self.constant(node.value, scope)
        if type(base) not in (str, bytes, tuple):
            return MISSING
        key = node.slice
        if type(key) is _ast.Slice:
            bounds = [
                None if bound is None else self.all_constants((bound,), scope)[0]
                for bound in (key.lower, key.upper, key.step)
            ]
            return base[slice(*bounds)]
        return base[self.all_constants((key,), scope)[0]]

    def constant_comprehension(self, node, scope):
        """''.join(chr(c) for c in (111, 115))"""
        generator = node.generators[0]
        if len(node.generators) > 1 or generator.ifs or type(generator.target) is not _ast.Name:
            return MISSING
        items = self.constant(generator.iter, scope)
        if type(items) not in (tuple, str, bytes) or len(items) > 256:
            return MISSING
        name = generator.target.id
        inner = self.walk.scopes.get(node, scope)
        outer = self.locals
        values = []
        for item in items:
            self.locals = dict(outer)
            self.locals[name] = item
            try:
                values.extend(self.all_constants((node.elt,), inner))
            finally:
                self.locals = outer
        return tuple(values)

    def constant_call(self, node, scope):
        if any(type(argument) is _ast.Starred for argument in node.args):
            return MISSING
        function = node.func
        if type(function) is _ast.Attribute:
            receiver = self.constant(function.value, scope)
            if type(receiver) in (str, bytes):
                method = METHODS.get(function.attr)
                if method is None:
                    return MISSING
                named = {word.arg: plain(self.constant(word.value, scope)) for word in node.keywords}
                return method(receiver, *self.all_constants(node.args, scope), **named)
        for path in self.values(function, scope):
            if path == "builtins.map" and len(node.args) == 2:
                mapped = FUNCTIONS.get(next(iter(self.values(node.args[0], scope)), None))
                if mapped:
                    return tuple(mapped(item) for item in self.all_constants(node.args[1:], scope)[0])
            if type(path) is str and path in FUNCTIONS and not node.keywords:
                return FUNCTIONS[path](*self.all_constants(node.args, scope))
            if path == "pathlib.Path" or path in PATH_CLASSES:
                return ("/", join(self.all_constants(node.args, scope)))
            if type(path) is tuple and path[0] == "function" and not node.args:
                returned = path[1].returns or ()
                if len(returned) == 1:
                    return self.constant(returned[0], path[1])
        return MISSING

    # ---- the tests of the rules on calls: each gets the call, its arguments and its scope ----

    def argument(self, node, index, name):
        if index < len(node.args) and not any(type(one) is _ast.Starred for one in node.args[: index + 1]):
            return node.args[index]
        for keyword in node.keywords:
            if keyword.arg == name:
                return keyword.value
        return None

    def always(self, node, scope):
        return True

    def sets_something(self, node, scope):
        argument = self.argument(node, 0, "function") or self.argument(node, 0, "func")
        return (
            argument is not None
            and self.constant(argument, scope) is not None
            and not self.was_there_before(argument, scope)
        )

    def was_there_before(self, node, scope):
        """saved = sys.gettrace() ... sys.settrace(saved)"""
        while type(node) is _ast.Name:
            meanings = scope.lookup(node.id)
            if meanings is None or meanings is UNKNOWN or len(meanings) != 1 or type(meanings[0]) is str:
                return False
            node, scope = meanings[0][:2]
        return type(node) is _ast.Call and any(
            type(path) is str and path.endswith((".gettrace", ".getprofile")) for path in self.values(node.func, scope)
        )

    def is_made_at_run_time(self, node, scope):
        argument = self.argument(node, 0, "source") or self.argument(node, 0, "name")
        return argument is not None and not self.choices(argument, scope) and not self.is_compiled(argument, scope)

    def is_compiled(self, node, scope):
        """compile() of a text that is known: what it does was looked into."""
        return (
            type(node) is _ast.Call
            and "builtins.compile" in self.values(node.func, scope)
            and bool(node.args)
            and type(self.constant(node.args[0], scope)) in (str, bytes)
        )

    def names_core_module(self, node, scope):
        argument = self.argument(node, 0, "key")
        return argument is not None and any(name in CORE_MODULES for name in self.texts(argument, scope))

    def takes_limit_signal(self, node, scope):
        argument = self.argument(node, 0, "signalnum")
        if argument is None:
            return False
        if any(value in LIMIT_SIGNALS for value in self.values(argument, scope)):
            return True
        return self.constant(argument, scope) in LIMIT_SIGNAL_NUMBERS

    def signals_others(self, node, scope):
        argument = self.argument(node, 0, "pid")
        if argument is None:
            return False
        pid = self.constant(argument, scope)
        if type(pid) is int:
            return pid <= 1
        return type(argument) is _ast.Call and "os.getppid" in self.values(argument.func, scope)

    def paths_of(self, node, scope):
        """The paths that an expression may name, as texts."""
        found = []
        for value in self.choices(node, scope):
            if type(value) is str:
                found.append(value)
            elif type(value) is bytes:
                found.append(value.decode("utf-8", "replace"))
            elif type(value) is tuple and value[:1] == ("/",):
                found.append(value[1])
        found.extend(value[1] for value in self.values(node, scope) if value[0] == "path")
        return found

    def destroys_tree(self, node, scope):
        argument = self.argument(node, 0, "path")
        return argument is not None and any(
            is_system(path) or is_shared(path) for path in self.paths_of(argument, scope)
        )

    def destroys_file(self, node, scope):
        argument = self.argument(node, 0, "path") or self.argument(node, 0, "src")
        return argument is not None and any(is_system(path) for path in self.paths_of(argument, scope))

    def overwrites_system_file(self, node, scope):
        argument = self.argument(node, 0, "file")
        mode = self.argument(node, 1, "mode")
        if argument is None or mode is None:
            return False
        texts = self.texts(mode, scope)
        if not any(letter in text for text in texts for letter in "wax+"):
            return False
        return any(is_system(path) for path in self.paths_of(argument, scope))

    # ---- deciding ----

    def decide(self):
        """Turn what the walk has noted into findings."""
        walk = self.walk
        self.execute_texts()
        for node, scope, where, excused in walk.mentions:
            self.check_mention(node, scope, where or node, excused)
        words = self.callable_words()
        for node, scope, where in walk.calls:
            if self.is_worth_a_look(node.func, words):
                self.check_call(node, scope, where or node)
        if self.has_namespaces:
            namespaces = self.names_for(words | NAMESPACES)
            for node, scope, where in walk.items:
                if self.may_be_namespace(node.value, namespaces):
                    self.check_values(self.values(node, scope), where or node)
        for pattern, subject, scope, where in walk.patterns:
            for value in self.values(subject, scope):
                for name in pattern.kwd_attrs:
                    self.check_values(self.attribute(value, name), where or pattern)
        if self.rules.tampering:
            for node, scope, where, value in walk.stores:
                self.check_store(node, scope, where or node, value)

    def callable_words(self):
        """Names under which a call may be of interest: those of the rules, and whatever was assigned one of them."""
        words = self.rules.hot_calls | CALLABLES
        if self.has_namespaces:
            words |= LOOKUPS
        if self.walk.present is not None:
            words = [word for word in words if self.rules.can_matter(word.encode(), self.walk.present)]
        return self.names_for(words)

    def names_for(self, words):
        """These words, and the names that were assigned something which ends in one of them."""
        names = {}
        for meaning, name in self.walk.aliases:
            names.setdefault(meaning, []).append(name)
        words = set(words)
        words.add(None)
        fresh = [word for word in words if word in names]
        while fresh:
            for name in names.pop(fresh.pop(), ()):
                if name not in words:
                    words.add(name)
                    if name in names:
                        fresh.append(name)
        return words

    def is_worth_a_look(self, function, words):
        kind = type(function)
        if kind is _ast.Name:
            return function.id in words
        if kind is _ast.Attribute:
            return function.attr in words or function.attr in PATH_METHODS
        return True

    def may_be_namespace(self, node, words):
        kind = type(node)
        if kind is _ast.Name:
            return node.id in words
        if kind is _ast.Attribute:
            return node.attr in words
        return kind is _ast.Call or kind is _ast.Subscript

    def found(self, node, finding, name):
        self.walk.found.append((node, finding[0], finding[1], name))

    def check_values(self, values, where, excused=False):
        for value in values:
            if type(value) is str:
                hit = self.rules.uses.get(value) or (not excused and self.rules.classes.get(value))
                if hit:
                    self.found(where, hit, value.partition("builtins.")[2] or value)
                    return True
        return False

    def check_mention(self, node, scope, where, excused):
        if type(node) is _ast.Name and scope.lookup(node.id) is not None:
            return  # an import that gave the name was reported where it stands; `import *` was not
        self.check_values(self.values(node, scope), where, excused)

    def check_call(self, node, scope, where):
        callees = self.values(node.func, scope)
        for callee in callees:
            if type(callee) is str:
                hit = self.rules.calls.get(callee)
                if hit and getattr(self, hit[2])(node, scope):
                    self.found(where, hit, callee.partition("builtins.")[2] or callee)
                    return
                if callee in IMPORTERS and self.check_import(node, scope, where):
                    return
            elif callee[0] == "caller" and node.args:
                for base in self.values(node.args[0], scope):
                    if self.check_values(self.attribute(base, callee[1]), where):
                        return
            elif callee[0] == "path method":
                if self.check_path_method(callee, node, scope, where):
                    return
        if callees:
            if self.check_values(self.values(node, scope), where):
                return
            self.check_attribute_name(callees, node, scope, where)

    def check_import(self, node, scope, where):
        argument = self.argument(node, 0, "name")
        for name in self.texts(argument, scope) if argument is not None else ():
            if self.walk.check_module(name, where):
                return True
        return False

    def check_path_method(self, callee, node, scope, where):
        test = PATH_METHODS.get(callee[2])
        if test is None or not self.rules.destruction or not is_system(callee[1]):
            return False
        self.found(where, ("filesystem-destruction", DESTRUCTION), "Path(%r).%s" % (callee[1][:60], callee[2]))
        return True

    def check_attribute_name(self, callees, node, scope, where):
        """getattr(x, "__globals__"), attrgetter("__globals__")"""
        attributes = self.rules.attributes
        if not attributes:
            return
        names = ()
        if len(node.args) >= 2 and not GETTERS.isdisjoint(callees):
            names = self.texts(node.args[1], scope)
        elif node.args and ("operator.attrgetter" in callees or "operator.methodcaller" in callees):
            names = [part for text in self.texts(node.args[0], scope) for part in text.split(".")]
        for name in names:
            if name in attributes:
                self.found(where, ("introspection", INTROSPECTION), name)

    def check_store(self, node, scope, where, value):
        if type(node) is _ast.Attribute:
            if node.attr == "modules" and "sys.modules" in self.values_of_target(node, scope):
                self.found(where, ("interpreter-tampering", MODULES), "assigning to sys.modules")
            return
        if "sys.modules" not in self.values(node.value, scope):
            return
        if value is not None and self.constant(value, scope) is None:
            return  # sys.modules["x"] = None: keep it from being imported
        if any(name in CORE_MODULES for name in self.texts(node.slice, scope)):
            self.found(where, ("interpreter-tampering", MODULES), "this change of sys.modules")

    def values_of_target(self, node, scope):
        return [value for base in self.values(node.value, scope) for value in self.attribute(base, node.attr)]

    # ---- texts that the program executes ----

    def execute_texts(self):
        """Look into constant texts that are executed: eval("..."), exec("..."), timeit, string expressions of pandas.
        What they bind counts for the rest."""
        walk = self.walk
        if walk.present is not None and EXECUTOR_WORDS.isdisjoint(walk.present):
            return
        seen = 0
        looked_into = 0
        executors = self.names_for(EXECUTORS)
        while seen < len(walk.calls) and looked_into < NESTED_MAX:
            node, scope, where = walk.calls[seen]
            seen += 1
            kind = type(node.func)
            name = node.func.id if kind is _ast.Name else node.func.attr if kind is _ast.Attribute else None
            if name not in executors:
                continue
            for text, mode, inner in self.executed(node, scope, name):
                tree = parse(text.strip() if mode == "eval" else text, mode)
                if tree is None:
                    continue
                looked_into += 1
                self.memo.clear()
                if mode == "eval":
                    walk.evaluated[text, scope] = tree
                walk.walk([tree.body] if mode == "eval" else tree.body[::-1], inner, where or node)
                executors = self.names_for(EXECUTORS)
        self.memo.clear()

    def executed(self, node, scope, name):
        """(text, mode, namespace) of what a call executes."""
        if not node.args and not node.keywords:
            return
        first = node.args[0] if node.args else None
        if name in ("query", "eval") and type(node.func) is _ast.Attribute and first is not None:
            text = self.constant(first, scope)
            if type(text) is str and "@" in text and "(" in text and len(text) < TEXT_MAX:
                yield text.replace("@", ""), "eval", scope
        for callee in self.values(node.func, scope):
            if type(callee) is not str or callee not in EXECUTED:
                continue
            inner = scope
            mode = EXECUTED[callee]
            arguments = [first]
            if callee.startswith("timeit."):
                inner = Scope(None)
                setup, statement = self.argument(node, 1, "setup"), self.argument(node, 0, "stmt")
                arguments = [setup, statement]
            elif first is None:
                arguments = [self.argument(node, 0, "source")]
            for argument in arguments:
                if argument is None:
                    continue
                if type(argument) is _ast.Call and "builtins.compile" in self.values(argument.func, scope):
                    continue  # a call of its own
                for text in self.choices(argument, scope):
                    if type(text) is bytes:
                        text = text.decode("utf-8", "replace")
                    if type(text) is str and len(text) < TEXT_MAX:
                        yield text, mode, inner


CONSTANTS = {
    _ast.Name: Resolver.constant_name,
    _ast.Attribute: Resolver.constant_attribute,
    _ast.JoinedStr: Resolver.constant_fstring,
    _ast.BinOp: Resolver.constant_operation,
    _ast.UnaryOp: Resolver.constant_unary,
    _ast.Tuple: Resolver.constant_display,
    _ast.List: Resolver.constant_display,
    _ast.Subscript: Resolver.constant_subscript,
    _ast.ListComp: Resolver.constant_comprehension,
    _ast.GeneratorExp: Resolver.constant_comprehension,
    _ast.Call: Resolver.constant_call,
    _ast.NamedExpr: lambda self, node, scope: self.constant(node.value, scope),
}

RESOLVERS = {
    _ast.Name: Resolver.of_name,
    _ast.Attribute: Resolver.of_attribute,
    _ast.Subscript: Resolver.of_subscript,
    _ast.Call: Resolver.of_call,
    _ast.Tuple: Resolver.of_display,
    _ast.List: Resolver.of_display,
    _ast.Set: Resolver.of_display,
    _ast.Dict: Resolver.of_display,
    _ast.IfExp: Resolver.of_choice,
    _ast.BoolOp: Resolver.of_choice,
    _ast.NamedExpr: Resolver.of_walrus,
    LAMBDA: Resolver.of_lambda,
    _ast.Constant: Resolver.of_constant,
    _ast.BinOp: Resolver.of_sum,
    _ast.JoinedStr: Resolver.of_sum,
}

OWN = frozenset(["object", "class", "function"])
GETATTRIBUTE = frozenset(
    ["builtins.object.__getattribute__", "builtins.type.__getattribute__", "types.ModuleType.__getattribute__"]
)
GETTERS = frozenset(["builtins.getattr", "builtins.setattr", "builtins.delattr", "inspect.getattr_static"]) | GETATTRIBUTE
SAME_AS_ARGUMENT = frozenset(["importlib.reload", "copy.copy", "copy.deepcopy", "builtins.dict"])
RESULTS = frozenset(["eval", "copy", "deepcopy", "dict", "list", "tuple", "Path", "PosixPath", "home", "PurePath"])
NAMESPACES = frozenset(["__dict__", "modules", "__builtins__"])

LIMIT_SIGNALS = frozenset(["signal.SIGXCPU", "signal.SIGXFSZ", "signal.SIGRTMAX"])
LIMIT_SIGNAL_NUMBERS = frozenset([24, 25, 64])

EXECUTED = {
    "builtins.eval": "eval",
    "builtins.exec": "exec",
    "builtins.compile": "exec",
    "timeit.timeit": "exec",
    "timeit.repeat": "exec",
    "timeit.Timer": "exec",
    "cProfile.run": "exec",
    "profile.run": "exec",
    "cProfile.runctx": "exec",
    "pdb.run": "exec",
    "pdb.runeval": "eval",
}
EXECUTORS = frozenset(path.rpartition(".")[2] for path in EXECUTED) | {"query"}
# The functions' own names say less than what they are found by: a method may be called run.
EXECUTOR_WORDS = frozenset(b"eval exec compile timeit cProfile profile pdb query".split())
