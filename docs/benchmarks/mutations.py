"""Small changes of a module's source text, for `mutants`: what changes, and the changed text.

Messages, docstrings, annotations and decorators stay as they are. A statement is left out only where the names that it
binds are bound before, and the value of a function's last line always stays: without them hardly a test could pass.
"""

import ast
import re
from collections import Counter
from typing import NamedTuple

OPERATORS = {  # what stands for each, first the nearest
    **{ast.Lt: ("<", "<=", ">="), ast.LtE: ("<=", "<", ">"), ast.Gt: (">", ">=", "<="), ast.GtE: (">=", ">", "<")},
    **{ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.In: ("in", "not in"), ast.NotIn: ("not in", "in")},
    **{ast.Is: ("is", "is not"), ast.IsNot: ("is not", "is"), ast.And: ("and", "or"), ast.Or: ("or", "and")},
    **{ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "/"), ast.Div: ("/", "*"), ast.Mod: ("%", "*")},
    **{ast.FloorDiv: ("//", "*"), ast.Pow: ("**", "*"), ast.LShift: ("<<", ">>"), ast.RShift: (">>", "<<")},
    **{ast.BitAnd: ("&", "|"), ast.BitOr: ("|", "&"), ast.BitXor: ("^", "|")},
}
NAMES = [("min", "max"), ("minimum", "maximum"), ("any", "all"), ("floor", "ceil"), ("zeros", "ones")]
NAMES = dict(NAMES + [pair[::-1] for pair in NAMES] + [("float32", "float64"), ("float64", "float32")])


class Mutant(NamedTuple):
    """A change of a file: the bytes from `begin` to `end` become `new`. `name` has no line number, and so stays."""

    name: str
    path: str
    line: int
    begin: int
    end: int
    new: bytes

    def changed(self, source):
        return source[: self.begin] + self.new + source[self.end :]


class Changes(ast.NodeVisitor):
    """All changes of a source text, as (function, begin, end, new text)."""

    def __init__(self, source):
        self.source, self.found, self.scope, self.bound = source, [], [], [set()]
        self.offsets = [0]
        for line in source.split(b"\n"):
            self.offsets.append(self.offsets[-1] + len(line) + 1)
        self.visit(ast.parse(source))

    def span(self, node):
        return (
            self.offsets[node.lineno - 1] + node.col_offset,
            self.offsets[node.end_lineno - 1] + node.end_col_offset,
        )

    def add(self, begin, end, new):
        self.found.append((".".join(self.scope), begin, end, new.encode()))

    def between(self, left, right, operator):
        """Other operators between two expressions."""
        begin, end = self.span(left)[1], self.span(right)[0]
        token, *others = OPERATORS.get(type(operator), (None,))
        place = token and re.search(re.escape(token).replace(r"\ ", r"\s+"), self.source[begin:end].decode())
        for other in others if place else ():
            self.add(begin + place.start(), begin + place.end(), other)

    def visit_scope(self, node):
        self.scope.append(node.name)
        arguments = getattr(node, "args", None)
        names = {a.arg for a in [*arguments.args, *arguments.kwonlyargs]} if arguments else set()
        self.bound.append(names)
        for default in [*arguments.defaults, *filter(None, arguments.kw_defaults)] if arguments else ():
            self.visit(default)
        for statement in node.body:
            if statement is node.body[-1] and isinstance(statement, ast.Return) and statement.value:
                self.visit(statement.value)
            else:
                self.visit(statement)
        self.bound.pop()
        self.scope.pop()

    visit_FunctionDef = visit_ClassDef = visit_scope

    def visit_removable(self, node):
        if isinstance(node, ast.Return) and node.value is None:
            return
        targets = [name for target in getattr(node, "targets", []) for name in ast.walk(target)]
        names = {name.id for name in targets if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}
        if names <= self.bound[-1]:
            self.add(*self.span(node), "pass")
        self.bound[-1].update(names)
        if not isinstance(node, ast.Raise):  # of a message no word is changed
            self.generic_visit(node)

    visit_Assign = visit_Raise = visit_Return = visit_Continue = visit_Break = visit_removable

    def visit_AugAssign(self, node):
        self.add(*self.span(node), "pass")
        self.between(node.target, node.value, node.op)
        self.visit(node.value)

    def visit_AnnAssign(self, node):
        if node.value:
            self.visit(node.value)

    def visit_Expr(self, node):
        if isinstance(node.value, ast.Call):
            self.add(*self.span(node), "pass")
            self.visit(node.value)

    def visit_Compare(self, node):
        for left, operator, right in zip([node.left, *node.comparators], node.ops, node.comparators, strict=False):
            self.between(left, right, operator)
        self.generic_visit(node)

    def visit_BoolOp(self, node):
        for left, right in zip(node.values, node.values[1:], strict=False):
            self.between(left, right, node.op)
        self.generic_visit(node)

    def visit_BinOp(self, node):
        self.between(node.left, node.right, node.op)
        self.generic_visit(node)

    def visit_UnaryOp(self, node):
        self.add(self.span(node)[0], self.span(node.operand)[0], "" if isinstance(node.op, ast.Not) else " ")
        self.visit(node.operand)

    def visit_Constant(self, node):
        value = node.value
        if isinstance(value, bool):
            self.add(*self.span(node), str(not value))
        elif isinstance(value, int):
            self.add(*self.span(node), str(value + 1))
        elif isinstance(value, float):
            self.add(*self.span(node), repr(value * 1.5 if value else 1.0))

    def visit_name(self, node):
        end = self.span(node)[1]
        name = node.id if isinstance(node, ast.Name) else node.attr
        if name in NAMES:
            self.add(end - len(name), end, NAMES[name])
        self.generic_visit(node)

    visit_Name = visit_Attribute = visit_name

    def visit_Slice(self, node):
        for part in filter(None, (node.lower, node.upper, node.step)):
            self.add(*self.span(part), "")
        self.generic_visit(node)

    def visit_Call(self, node):
        for keyword in node.keywords:
            begin, end = self.span(keyword)
            before = self.source[:begin].rstrip()
            if before.endswith(b","):
                self.add(len(before) - 1, end, "")
            elif before.endswith(b"("):
                self.add(begin, end + len(re.match(rb"\s*,?\s*", self.source[end:])[0]), "")
        self.generic_visit(node)

    def visit_JoinedStr(self, node):
        """Texts are left alone."""


def mutants_of(path, source):
    """All mutants of a file's bytes. Some do not parse, or change nothing: see `is_valid`."""
    seen = Counter()
    for scope, begin, end, new in Changes(source).found:
        first, last = source.rfind(b"\n", 0, begin) + 1, source.find(b"\n", end)
        texts = source[first:last], source[first:begin] + new + source[end:last]
        old_text, new_text = (" ".join(text.decode().split()) for text in texts)
        name = f"{path} {scope}: {old_text} => {new_text}"
        seen[name] += 1
        if seen[name] > 1:
            name += f" [{seen[name]}]"
        yield Mutant(name, path, source.count(b"\n", 0, begin) + 1, begin, end, new)


def is_valid(mutant, source):
    """Whether a mutant is Python, and another program."""
    try:
        return ast.dump(ast.parse(mutant.changed(source))) != ast.dump(ast.parse(source))
    except SyntaxError:
        return False
