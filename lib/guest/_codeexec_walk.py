# SPDX-License-Identifier: MIT
"""The policy's one pass over a syntax tree: it notes what every name is bound to, and what is worth resolving.

Without recursion, so that deep nesting does not exhaust the stack, and one namespace after the other, so that nothing
but nodes needs to be kept on the stack.
"""
import _ast
import sys

from _codeexec_rules import INTROSPECTION, KEPT_MODULES, NOT_KEPT, SAME_MODULE

UNKNOWN = object()  # bound to something that cannot be told

POSITIONS_IN_FSTRINGS = sys.version_info >= (3, 12)  # before, they point anywhere


class Scope:
    """A namespace of the program.

    names has for each name what it is bound to: UNKNOWN, or a list of meanings, all of which it may have. A meaning is
    the dotted path that an import gave, a (node, scope) to be resolved if need be, or another kind of tuple.
    """

    __slots__ = ("parent", "module", "is_class", "is_comprehension", "names", "redirected", "returns", "members", "node")

    def __init__(self, parent, node=None, is_class=False, is_comprehension=False):
        self.parent = parent
        self.module = parent.module if parent else self
        self.node = node
        self.is_class = is_class
        self.is_comprehension = is_comprehension
        self.names = {}
        self.redirected = None  # names declared global or nonlocal -> the scope they belong to
        self.returns = None  # what a function returns
        self.members = None  # ("self", "attribute") -> meanings, as assigned in this class (or outside any)

    def bind(self, name, meaning):
        names = self.names
        if self.redirected is not None:
            names = self.redirected.get(name, self).names
        known = names.get(name)
        if meaning is UNKNOWN:
            names[name] = UNKNOWN
        elif known is None:
            names[name] = [meaning]
        elif known is not UNKNOWN:
            known.append(meaning)

    def lookup(self, name):
        """What the name is bound to where this scope's code reads it; None if the program does not bind it."""
        scope = self
        if self.redirected is not None:
            scope = self.redirected.get(name, self)
        while scope is not None:
            # Names of a class body are seen by the body itself only, not by the methods.
            if name in scope.names and (scope is self or not scope.is_class):
                return scope.names[name]
            scope = scope.parent
        return None

    def holder(self):
        """Where members are noted: the class this code is part of, or the module."""
        scope = self
        while not scope.is_class and scope.parent is not None:
            scope = scope.parent
        return scope

    def bind_member(self, base, attribute, meaning):
        holder = self.holder()
        if holder.members is None:
            holder.members = {}
        holder.members.setdefault((base, attribute), []).append(meaning)


class Walk:
    """What one program, and the texts it executes, bind and mention."""

    def __init__(self, rules, present=None):
        self.rules = rules
        self.present = present  # the words of the program, as bytes, if they are known
        self.stars = []  # modules whose names an `import *` brought
        self.mentions = []  # (node, scope, where, excused): names and attributes that end like a refused one
        self.items = []  # (subscript, scope, where)
        self.stores = []  # (subscript or attribute, scope, where, value): what is assigned to, or deleted
        self.calls = []  # (call, scope, where)
        self.patterns = []  # (class pattern, subject, scope, where)
        self.aliases = []  # (last part of what it was assigned, name)
        self.evaluated = {}  # (text, scope) -> the tree of a text that eval() is given
        self.found = []  # (node, rule, message, name)
        self.scopes = {}  # the namespaces of lambdas and comprehensions
        self.bound_arguments = {}  # parameter of a lambda -> (argument, scope), where it is called on the spot
        self.pending = []  # (scope, nodes, where, excused)

    def walk(self, nodes, scope, where=None):
        """Walk over nodes. where, if given, is the node whose position findings get."""
        pending = self.pending
        pending.append((scope, nodes, where, False))
        while pending:
            self.walk_scope(*pending.pop())

    def walk_scope(self, scope, nodes, where, excused):
        stack = nodes
        pop, push, extend = stack.pop, stack.append, stack.extend
        handlers, children = HANDLERS, CHILDREN
        hot, attributes = self.rules.hot, self.rules.attributes
        mention, call = self.mentions.append, self.calls.append
        names = scope.names if scope.redirected is None else None
        while stack:
            node = pop()
            kind = type(node)
            if kind is NAME:
                if type(node.ctx) is LOAD:
                    if node.id in hot:
                        mention((node, scope, where, excused))
                    elif node.id in attributes:
                        self.found.append((where or node, "introspection", INTROSPECTION, node.id))
                elif type(node.ctx) is STORE:
                    if names is not None:
                        names[node.id] = UNKNOWN
                    else:
                        scope.bind(node.id, UNKNOWN)
                continue
            if kind is CONSTANT:
                if excused and type(node.value) is str:
                    self.string_annotation(node, scope, where)
                continue
            if kind is ATTRIBUTE:
                if node.attr in hot:
                    if type(node.ctx) is LOAD:
                        mention((node, scope, where, excused))
                elif node.attr in attributes:
                    self.found.append((where or node, "introspection", INTROSPECTION, node.attr))
                push(node.value)
                continue
            if kind is CALL:
                call((node, scope, where))
                if type(node.func) is NAME and node.func.id in CHECKS and len(node.args) == 2:
                    self.pending.append((scope, [node.args[1]], where, True))
                    push(node.args[0])
                    continue
                for keyword in node.keywords:
                    push(keyword.value)
                extend(node.args[::-1])
                if type(node.func) is LAMBDA:
                    self.bind_arguments(node, scope)
                push(node.func)
                continue
            handler = handlers.get(kind)
            if handler is not None:
                handler(self, node, scope, stack, where)
                if scope.redirected is not None:
                    names = None
                continue
            for field in children.get(kind, ()):
                value = getattr(node, field)
                if type(value) is list:
                    extend(value[::-1])
                else:
                    push(value)

    # ---- statements that bind ----

    def visit_import(self, node, scope, stack, where):
        for alias in node.names:
            name = alias.name.partition(".")[0]
            path = alias.name if alias.asname else name
            scope.bind(alias.asname or name, SAME_MODULE.get(path, path))
            if alias.asname:
                self.aliases.append((alias.name.rpartition(".")[2], alias.asname))
            self.check_module(alias.name, where or place_of(alias, node))

    def check_module(self, name, where):
        """A finding if the module, or a package it is in, is refused."""
        modules = self.rules.modules
        part = name
        while part:
            if part in modules:
                self.found.append((where, *modules[part], name))
                return True
            part = part.rpartition(".")[0]
        return False

    def visit_import_from(self, node, scope, stack, where):
        if node.level or node.module is None:
            for alias in node.names:
                scope.bind(alias.asname or alias.name, UNKNOWN)
            return
        uses, classes = self.rules.uses, self.rules.classes
        module = SAME_MODULE.get(node.module, node.module)
        for alias in node.names:
            place = where or place_of(alias, node)
            if alias.name == "*":
                self.stars.append(module)
                self.check_module(node.module, place)
                continue
            path = module + "." + alias.name
            if alias.name in KEPT_MODULES and path not in NOT_KEPT and path not in uses:
                path = KEPT_MODULES[alias.name]
            scope.bind(alias.asname or alias.name, path)
            if alias.asname:
                self.aliases.append((alias.name, alias.asname))
            hit = uses.get(path) or classes.get(path)
            if hit:
                self.found.append((place, hit[0], hit[1], path))
            else:
                self.check_module(node.module, place)

    def visit_assign(self, node, scope, stack, where):
        value = node.value
        for target in node.targets:
            self.assign(target, value, scope, stack, where)
        stack.append(value)

    def visit_annotated_assign(self, node, scope, stack, where):
        if node.value is not None:
            self.assign(node.target, node.value, scope, stack, where)
            stack.append(node.value)
        elif type(node.target) is not NAME:
            stack.append(node.target)
        self.pending.append((scope, [node.annotation], where, True))

    def assign(self, target, value, scope, stack, where):
        kind = type(target)
        if kind is NAME:
            scope.bind(target.id, (value, scope) if type(value) in RESOLVABLE else UNKNOWN)
            self.note_alias(target.id, value)
        elif kind is TUPLE or kind is LIST:
            if type(value) in (TUPLE, LIST) and len(value.elts) == len(target.elts):
                if not any(type(element) is STARRED for element in target.elts + value.elts):
                    for left, right in zip(target.elts, value.elts):
                        self.assign(left, right, scope, stack, where)
                    return
            stack.append(target)
        elif kind is ATTRIBUTE:
            if type(target.value) is NAME and type(value) in RESOLVABLE:
                scope.bind_member(target.value.id, target.attr, (value, scope))
                self.note_alias(target.attr, value)
            self.stores.append((target, scope, where, value))
            stack.append(target.value)
        elif kind is SUBSCRIPT:
            if type(target.value) is NAME and type(target.slice) is CONSTANT and type(value) in RESOLVABLE:
                scope.bind_member(target.value.id, ("item", target.slice.value), (value, scope))
            self.stores.append((target, scope, where, value))
            stack.append(target.value)
            stack.append(target.slice)
        else:
            stack.append(target)

    def note_alias(self, name, value, depth=0):
        """Note under which words a name may be called, so that calls of others need not be resolved."""
        kind = type(value)
        if kind is NAME:
            self.aliases.append((value.id, name))
        elif kind is ATTRIBUTE:
            self.aliases.append((value.attr, name))
        elif depth > 3:
            self.aliases.append((None, name))
        elif kind is CALL:
            self.note_alias(name, value.func, depth + 1)
            for argument in value.args:  # partial(getattr, os)
                if type(argument) is NAME or type(argument) is ATTRIBUTE:
                    self.note_alias(name, argument, depth + 1)
                elif type(argument) is CONSTANT and type(argument.value) is str:
                    self.aliases.append((argument.value[:60], name))
        elif kind is SUBSCRIPT or kind is NAMED_EXPR:
            self.note_alias(name, value.value, depth + 1)
            if type(value) is SUBSCRIPT and type(value.slice) is CONSTANT:
                self.aliases.append((value.slice.value, name))
        elif kind is IF_EXP:
            self.note_alias(name, value.body, depth + 1)
            self.note_alias(name, value.orelse, depth + 1)
        elif kind is BOOL_OP or kind is _ast.Dict:
            for part in value.values[:CHOICES_MAX]:
                self.note_alias(name, part, depth + 1)
        elif kind is TUPLE or kind is LIST or kind is SET:
            for part in value.elts[:CHOICES_MAX]:
                self.note_alias(name, part, depth + 1)
        elif kind is LAMBDA:
            self.note_alias(name, value.body, depth + 1)

    def visit_aug_assign(self, node, scope, stack, where):
        target = node.target
        if type(target) is NAME:
            if type(node.op) is _ast.Add and type(node.value) in RESOLVABLE:
                scope.bind(target.id, ("added", node.value, scope))
            else:
                scope.bind(target.id, UNKNOWN)
        else:
            stack.append(target)
        stack.append(node.value)

    def visit_delete(self, node, scope, stack, where):
        for target in node.targets:
            if type(target) in (SUBSCRIPT, ATTRIBUTE):
                self.stores.append((target, scope, where, None))
            if type(target) is not NAME:
                stack.append(target)

    def visit_walrus(self, node, scope, stack, where):
        target = scope
        while target.is_comprehension:
            target = target.parent
        target.bind(node.target.id, (node.value, scope) if type(node.value) in RESOLVABLE else UNKNOWN)
        self.note_alias(node.target.id, node.value)
        stack.append(node.value)

    def visit_for(self, node, scope, stack, where):
        stack.extend(node.orelse[::-1])
        stack.extend(node.body[::-1])
        stack.append(node.iter)
        self.bind_elements(node.target, node.iter, scope, scope, stack)

    def bind_elements(self, target, iterable, scope, iterable_scope, stack):
        """The target of a loop is bound to what the iterable holds, one after the other."""
        if type(iterable) in (TUPLE, LIST, SET, NAME):
            if type(target) is NAME:
                scope.bind(target.id, ("elements", iterable, iterable_scope, None))
                self.note_alias(target.id, iterable)
                return
            if type(target) is TUPLE and all(type(element) is NAME for element in target.elts):
                for index, element in enumerate(target.elts):
                    scope.bind(element.id, ("elements", iterable, iterable_scope, index))
                    self.note_alias(element.id, iterable)
                return
        stack.append(target)

    def visit_function(self, node, scope, stack, where):
        arguments = node.args
        inner = Scope(scope, node)
        positional = arguments.posonlyargs + arguments.args
        defaults = [None] * (len(positional) - len(arguments.defaults)) + arguments.defaults
        for parameter, default in zip(positional + arguments.kwonlyargs, defaults + arguments.kw_defaults):
            self.bind_parameter(parameter, default, inner, scope, where)
        for parameter in (arguments.vararg, arguments.kwarg):
            if parameter is not None:
                self.bind_parameter(parameter, None, inner, scope, where)
        stack.extend(arguments.kw_defaults)
        stack.extend(arguments.defaults)
        if type(node) is LAMBDA:
            inner.returns = [node.body]
            self.scopes[node] = inner
            self.pending.append((inner, [node.body], where, False))
            return
        stack.extend(node.decorator_list[::-1])
        inner.returns = []
        # A decorator may give the name any meaning.
        scope.bind(node.name, UNKNOWN if node.decorator_list else ("function", inner))
        if node.returns is not None:
            self.pending.append((scope, [node.returns], where, True))
        for parameter in getattr(node, "type_params", ()):
            inner.bind(parameter.name, UNKNOWN)
        self.pending.append((inner, node.body[::-1], where, False))

    def bind_parameter(self, parameter, default, inner, scope, where):
        bound = self.bound_arguments.get(parameter)
        if bound is not None:
            inner.bind(parameter.arg, bound)
            self.note_alias(parameter.arg, bound[0])
        elif type(default) in (NAME, ATTRIBUTE):
            inner.bind(parameter.arg, ("default", default, scope))
            self.note_alias(parameter.arg, default)
        else:
            inner.bind(parameter.arg, UNKNOWN)
        if parameter.annotation is not None:
            self.pending.append((scope, [parameter.annotation], where, True))

    def bind_arguments(self, call, scope):
        """(lambda m: m.system)(os)"""
        parameters = call.func.args.posonlyargs + call.func.args.args
        for parameter, argument in zip(parameters, call.args):
            if type(argument) is STARRED:
                break
            self.bound_arguments[parameter] = (argument, scope)

    def visit_return(self, node, scope, stack, where):
        if node.value is not None:
            if scope.returns is not None:
                scope.returns.append(node.value)
                self.note_alias(scope.node.name, node.value)
            stack.append(node.value)

    def visit_global(self, node, scope, stack, where):
        owner = scope.module
        if scope.redirected is None:
            scope.redirected = {}
        for name in node.names:
            if type(node) is _ast.Nonlocal:
                owner = scope.parent
                while owner is not None and (owner.is_class or name not in owner.names):
                    owner = owner.parent
                owner = owner or scope.module
            scope.redirected[name] = owner

    def visit_class(self, node, scope, stack, where):
        inner = Scope(scope, node, is_class=True)
        scope.bind(node.name, UNKNOWN if node.decorator_list else ("class", inner))
        stack.extend(node.decorator_list)
        stack.extend(keyword.value for keyword in node.keywords)
        stack.extend(node.bases[::-1])
        for parameter in getattr(node, "type_params", ()):
            inner.bind(parameter.name, UNKNOWN)
        self.pending.append((inner, node.body[::-1], where, False))

    def visit_comprehension(self, node, scope, stack, where):
        inner = Scope(scope, node, is_comprehension=True)
        body = [getattr(node, field) for field in ("elt", "value", "key") if hasattr(node, field)]
        for index, generator in enumerate(node.generators):
            body.extend(generator.ifs)
            if index > 0:
                body.append(generator.iter)
            self.bind_elements(generator.target, generator.iter, inner, scope if index == 0 else inner, body)
        # The first iterable is evaluated outside.
        stack.append(node.generators[0].iter)
        self.scopes[node] = inner
        self.pending.append((inner, body, where, False))

    def visit_except(self, node, scope, stack, where):
        if node.name is not None:
            scope.bind(node.name, UNKNOWN)
        stack.extend(node.body[::-1])
        stack.append(node.type)

    def visit_match(self, node, scope, stack, where):
        for case in node.cases[::-1]:
            stack.extend(case.body[::-1])
            stack.append(case.guard)
            pattern = case.pattern
            while type(pattern) is _ast.MatchAs:
                if pattern.name is not None:
                    scope.bind(pattern.name, (node.subject, scope) if type(node.subject) in RESOLVABLE else UNKNOWN)
                    self.note_alias(pattern.name, node.subject)
                pattern = pattern.pattern
            if type(pattern) is _ast.MatchClass:
                self.patterns.append((pattern, node.subject, scope, where))
            stack.append(pattern)
        stack.append(node.subject)

    def visit_capture(self, node, scope, stack, where):
        """`case ... as name`, `*name`, `**name`, type parameters."""
        name = getattr(node, "rest", None) or getattr(node, "name", None)
        if isinstance(name, str):
            scope.bind(name, UNKNOWN)
        for field in CHILDREN[type(node)]:
            value = getattr(node, field)
            if type(value) is list:
                stack.extend(value)
            else:
                stack.append(value)

    def visit_subscript(self, node, scope, stack, where):
        if type(node.ctx) is LOAD:
            self.items.append((node, scope, where))
        else:
            self.stores.append((node, scope, where, None))
        stack.append(node.slice)
        stack.append(node.value)

    def visit_fstring(self, node, scope, stack, where):
        if POSITIONS_IN_FSTRINGS or where is not None:
            stack.extend(node.values[::-1])
        else:
            self.pending.append((scope, node.values[::-1], node, False))

    def string_annotation(self, node, scope, where):
        """Annotations may be quoted. What cannot call anything is only a name for people and type checkers."""
        text = node.value
        if "(" not in text or len(text) > TEXT_MAX:
            return
        tree = parse(text.strip(), "eval")
        if tree is not None:
            self.pending.append((scope, [tree.body], where or node, True))


def parse(text, mode):
    """The tree of a text in the program, or None. Texts that are no code are none of our business."""
    try:
        return compile(text, "<policy>", mode, PARSE_ONLY, True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def place_of(alias, statement):
    return alias if hasattr(alias, "lineno") else statement  # 3.9 places the statement only


PARSE_ONLY = 0x400  # ast.PyCF_ONLY_AST; the ast module itself would cost milliseconds to import
CHOICES_MAX = 64  # elements of a display that are looked at
TEXT_MAX = 100000  # characters of a text in the program that is looked into

NAME, ATTRIBUTE, CONSTANT, CALL, LAMBDA = _ast.Name, _ast.Attribute, _ast.Constant, _ast.Call, _ast.Lambda
TUPLE, LIST, SET, STARRED, SUBSCRIPT = _ast.Tuple, _ast.List, _ast.Set, _ast.Starred, _ast.Subscript
IF_EXP, BOOL_OP, NAMED_EXPR = _ast.IfExp, _ast.BoolOp, _ast.NamedExpr
LOAD, STORE = _ast.Load, _ast.Store

CHECKS = frozenset(["isinstance", "issubclass"])

RESOLVABLE = frozenset(
    [
        NAME,
        ATTRIBUTE,
        CONSTANT,
        CALL,
        LAMBDA,
        TUPLE,
        LIST,
        SUBSCRIPT,
        IF_EXP,
        BOOL_OP,
        NAMED_EXPR,
        _ast.Dict,
        _ast.BinOp,
        _ast.JoinedStr,
    ]
)


def child_fields():
    """For every kind of node the fields that can hold nodes, last one first."""
    plain = frozenset("id attr name names module level arg n s kind value_kind type_comment ctx op ops lineno".split())
    fields = {}
    for kind in vars(_ast).values():
        if isinstance(kind, type) and issubclass(kind, _ast.AST) and getattr(kind, "_fields", None):
            fields[kind] = tuple(field for field in reversed(kind._fields) if field not in plain)
    fields[_ast.Constant] = ()
    if hasattr(_ast, "MatchSingleton"):
        fields[_ast.MatchSingleton] = ()
        fields[_ast.MatchClass] = ("kwd_patterns", "patterns", "cls")
        fields[_ast.MatchMapping] = ("patterns", "keys")
    if hasattr(_ast, "TypeAlias"):
        fields[_ast.TypeAlias] = ("value", "type_params", "name")
    fields[_ast.FormattedValue] = ("format_spec", "value")
    if hasattr(_ast, "Interpolation"):
        fields[_ast.Interpolation] = ("format_spec", "value")
    return fields


CHILDREN = child_fields()
HANDLERS = {
    _ast.Import: Walk.visit_import,
    _ast.ImportFrom: Walk.visit_import_from,
    _ast.Assign: Walk.visit_assign,
    _ast.AnnAssign: Walk.visit_annotated_assign,
    _ast.AugAssign: Walk.visit_aug_assign,
    _ast.Delete: Walk.visit_delete,
    _ast.NamedExpr: Walk.visit_walrus,
    _ast.For: Walk.visit_for,
    _ast.AsyncFor: Walk.visit_for,
    _ast.FunctionDef: Walk.visit_function,
    _ast.AsyncFunctionDef: Walk.visit_function,
    _ast.Lambda: Walk.visit_function,
    _ast.Return: Walk.visit_return,
    _ast.Global: Walk.visit_global,
    _ast.Nonlocal: Walk.visit_global,
    _ast.ClassDef: Walk.visit_class,
    _ast.ListComp: Walk.visit_comprehension,
    _ast.SetComp: Walk.visit_comprehension,
    _ast.DictComp: Walk.visit_comprehension,
    _ast.GeneratorExp: Walk.visit_comprehension,
    _ast.ExceptHandler: Walk.visit_except,
    _ast.Subscript: Walk.visit_subscript,
    _ast.JoinedStr: Walk.visit_fstring,
}
if hasattr(_ast, "Match"):  # from 3.10 on
    HANDLERS[_ast.Match] = Walk.visit_match
for _name in ("MatchAs", "MatchStar", "MatchMapping", "TypeVar", "ParamSpec", "TypeVarTuple"):
    if hasattr(_ast, _name):  # from 3.10 and 3.12 on
        HANDLERS[getattr(_ast, _name)] = Walk.visit_capture
