"""Tree → text: the canonical form of a `.bayes` file.

The sections come in their order, parted by a blank line: header, plates, data, the model's
statements, guide, generated quantities, inference. The author's blank lines within a section stay,
several as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from .. import tree
from .canonical import canonical, text_rank
from .columns import Row, joined
from .document import INDENT, Doc, Group, Line, Nest, fits, flat, render
from .expressions import SUM, argument, arguments, expression, leftmost, string, target, targets
from .trivia import Comments, Trivia, together

BLOCK = "  "


def print_text(spec: tree.Spec, comments: Comments | None = None) -> str:
    """The canonical text of a spec. Raises SpecError for what only YAML can say."""
    printer = _Printer(comments or Comments())
    last = None
    for statement in canonical(spec).statements:
        if text_rank(statement) != last:
            printer.part()
        last = text_rank(statement)
        printer.statement(statement)
    return printer.done()


class _Printer:
    """Collects the lines of the file."""

    def __init__(self, comments: Comments) -> None:
        self.comments = comments
        self.lines: list[str | Row] = [*comments.top]
        self.below: tuple[str, ...] = ()  # comments below the last statement, which opens no block
        self.first = True

    def part(self) -> None:
        """A new section begins."""
        self.lines += [""] * bool(self.lines)
        self.first = True

    def done(self) -> str:
        return joined([*self.lines, *self.below, *self.comments.bottom])

    def statement(self, node: tree.Statement) -> None:
        """The lines of a statement, and of the block that it opens."""
        trivia = self.comments.of(node)
        inner: Sequence[Any] = ()
        match node:
            case tree.DataBlock(inner):
                row = Row("data")
            case tree.Generate(inner):
                row = Row("generate")
            case tree.Guide(inner):
                row = Row("guide")
            case tree.Infer(method, inner):
                row = Row(f"infer {method.name}")
            case tree.Ode(time, settings, inner):
                row = Row(", ".join([f"ode {time.name}", *(flat(setting(s)) for s in settings)]))
                trivia = together(trivia, *map(self.comments.of, settings))
            case _:
                self._add(_row(node, ""), trivia, "", node)
                return
        self._add(row, trivia, "", node)
        self.first = True
        for line in inner:
            self._add(_row(line, BLOCK), self.comments.of(line), BLOCK, node)
        self.first = False

    def _add(self, row: Row, trivia: Trivia, indent: str, statement: tree.Statement) -> None:
        before = [*self.below, *[""] * trivia.blank, *trivia.outer, *trivia.above]
        while self.first and before and not before[0]:
            del before[0]
        self.lines += [text and indent + text for text in before]
        row.comment = trivia.end
        self.lines.append(row)
        self.below, self.first = (), False
        if isinstance(statement, _BLOCKS):
            self.lines += [text and BLOCK + text for text in trivia.after]
        else:
            self.below = trivia.after


_BLOCKS = (tree.DataBlock, tree.Generate, tree.Guide, tree.Infer, tree.Ode)


def _row(node: Any, indent: str) -> Row:
    """The row of a statement that opens no block, or of a line of a block."""
    match node:
        case tree.Header(name, description, span):
            text: Doc = (Line(), string(description, span)) if description else ()
            return _laid(indent, Group((f"model {name.name}", Nest(text))))
        case tree.Plate():
            return _laid(indent, _plate(node))
        case tree.Data(aim, kind, default):
            return _laid(
                indent, target(aim), " : ", (type_(kind), *defaulted(default)), kind="data"
            )
        case tree.Param(aim, kind, initial):
            left = f"param {target(aim)}"
            return _laid(indent, left, " : ", (type_(kind), *defaulted(initial)), kind="param")
        case tree.Draw(_, distribution, kind):
            # Without its `~`, the first line would look like a line of a data block.
            aims = (targets(node), f" : {flat(type_(kind))}" if kind else "")
            return _laid(indent, aims, " ~ ", expression(distribution), tails(node), "draw")
        case tree.Define(aim, value, local):
            left = f"let {target(aim)}" if local else target(aim)
            return _laid(indent, left, " = ", expression(value), tails(node), ("define", local))
        case tree.Factor():
            return _laid(indent, "factor ", "", factor(node), tails(node))
        case tree.Def(name, parameters, value):
            left = signature(name, parameters)
            return _laid(indent, f"def {left}", " = ", expression(value))
        case tree.Kernel(aim, value):
            return _laid(indent, f"kernel {target(aim)}", " = ", expression(value), kind="kernel")
        case tree.Network(name, value):
            return _laid(indent, f"network {name.name}", " = ", expression(value), kind="network")
        case tree.Setting():
            return _laid(indent, setting(node))
        case tree.Rate(aim, value):
            return _laid(indent, f"d({target(aim)})", " = ", expression(value), tails(node), "rate")
    raise AssertionError(f"no statement of the language: {node!r}")


def _laid(
    indent: str,
    left: Doc,
    operator: str = "",
    value: Doc = (),
    tails: Sequence[Doc] = (),
    kind: object = None,
) -> Row:
    """A statement on one line where it fits, else broken: first before its tails."""
    found = Row(indent + flat((left, operator, value, *after_commas(tails))), kind)
    found.left = len(indent) + len(flat(left))
    if not fits(len(found.text)):
        found.text = indent + broken((left, operator, value), tails, len(indent))
    return found


def broken(doc: Doc, tails: Sequence[Doc], indent: int) -> str:
    """A statement that is too long for a line; its tails stand on lines of their own."""
    text = render((doc, "," if tails else ""), indent, indent)
    last = text[:-1] + flat(after_commas(tails))
    if "\n" in text and fits(len(last) - last.rfind("\n") - 1):
        return last if tails else text
    deeper = indent + INDENT
    parts = [text]
    for number, tail in enumerate(tails, 1):
        comma = "," if number < len(tails) else ""
        parts.append(" " * deeper + render((tail, comma), deeper, deeper))
    return "\n".join(parts)


def after_commas(tails: Sequence[Doc]) -> tuple[Doc, ...]:
    """The tails of a statement on its line."""
    return tuple(part for tail in tails for part in (", ", tail))


def tails(node: tree.Draw | tree.Define | tree.Factor | tree.Rate) -> list[Doc]:
    """`initially …` and `where …`, without the commas before them."""
    found: list[Doc] = []
    match node:
        case tree.Rate():
            found.append(_initially(node.initially, None))
        case (
            tree.Draw(initially=tree.Initially(None)) | tree.Define(initially=tree.Initially(None))
        ):
            found.append("initially given")
        case tree.Draw(initially=tree.Initially(value, count)):
            found.append(_initially(value, count))
        case tree.Define(initially=tree.Initially(value, count)):
            found.append(_initially(value, count))
    condition = None if isinstance(node, tree.Rate) else node.where
    return found if condition is None else [*found, ("where ", expression(condition))]


def _initially(value: Any, count: tree.Expr | None) -> Doc:
    text = expression(value)
    match leftmost(value):
        case tree.Name("given"):  # a column of that name; without brackets it is the keyword
            text = ("(", text, ")")
    return ("initially ", text, *([] if count is None else [" for ", expression(count)]))


def type_(node: tree.Type) -> Doc:
    """`real(lower, upper)?`."""
    inside = arguments(map(argument, node.arguments)) if node.arguments else ()
    return node.name.name, inside, "?" * node.optional


def defaulted(value: tree.Expr | None) -> Iterator[Doc]:
    """` = e`, where there is a value."""
    if value is not None:
        yield from (" = ", expression(value))


def setting(node: tree.Setting) -> Doc:
    """`name = e` or `name = e over plate`."""
    return f"{node.name.name} = ", expression(node.value), over(node)


def over(node: tree.Setting) -> str:
    """` over plate`, where there is a plate."""
    return "" if node.over is None else f" over {node.over.name}"


def signature(name: tree.Name, parameters: Sequence[tree.Name]) -> str:
    """`hill(x, k, n)`."""
    return f"{name.name}({', '.join(p.name for p in parameters)})"


def factor(node: tree.Factor) -> Doc:
    """What follows the word `factor`, without its tail."""
    if node.target is not None:
        return target(node.target), " = ", expression(node.value)
    value = expression(node.value, SUM)
    if isinstance(leftmost(node.value), tree.String):
        value = ("(", value, ")")  # no factor begins with a string
    if node.distribution is None:
        return value
    return value, " ~ ", expression(node.distribution)


def _plate(node: tree.Plate) -> Doc:
    parts: list[Doc] = [f"plate {node.name.name}"]
    if node.domain is not None:
        parts += [" = ", *domain(node, "within", "ordered")]
    inner: list[Doc] = []
    if node.parents:
        inner += [Line(), f"within {_parents(node.parents)}"]
    if node.ordered:
        inner += [
            Line(),
            "ordered",
            "" if node.ordered_by is None else f" by {node.ordered_by.name}",
        ]
    return Group((*parts, Nest(tuple(inner))))


def domain(node: tree.Plate, *words: str) -> Iterator[Doc]:
    """`3`, `1..12` or a list; names that are keywords there are put in brackets."""
    for bound in (node.domain, node.last):
        if bound is not None:
            text = expression(bound)
            keyword = not isinstance(bound, tree.ListOf) and any(_names(bound, w) for w in words)
            yield from ([".."] if bound is node.last else [])
            yield ("(", text, ")") if keyword else text


def _names(node: tree.Expr, word: str) -> bool:
    """Whether a name in an expression is this word."""
    return re.search(rf"\b{word}\b(?!')", flat(expression(node))) is not None


def _parents(parents: Sequence[tree.Role]) -> str:
    match parents:
        case [tree.Role(role, plate)] if role == plate and role.name != "within":
            return role.name
    roles = [
        r.role.name if r.role == r.plate else f"{r.role.name}: {r.plate.name}" for r in parents
    ]
    return f"({', '.join(roles)})"
