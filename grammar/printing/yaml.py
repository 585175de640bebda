"""Tree → YAML: the canonical form of a `.yaml` spec.

Sections come in their order with a blank line between them, entries in the author's order. A value
that is too long for its line is folded, and broken as it would be in the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import tree
from ..diagnostics import Diagnostic, Note, SpecError
from .canonical import canonical, outcomes, section
from .columns import Row, joined
from .scalars import double_quoted, scalar
from .trivia import Comments, Trivia
from .values import key_of, laid, value_of

_STEP = "  "


def print_yaml(spec: tree.Spec, comments: Comments | None = None) -> str:
    """The canonical YAML of a spec. Raises SpecError for what only the text can say."""
    printer = _Printer(comments or Comments())
    ordered = canonical(spec, "yaml")
    given = outcomes(ordered)
    sections: dict[str, list[Any]] = {}
    for statement in ordered.statements:
        sections.setdefault(section(statement, given), []).append(statement)
    for name, statements in sections.items():
        printer.section(name, statements)
    return printer.done()


class _Printer:
    """Collects the lines of the file."""

    def __init__(self, comments: Comments) -> None:
        self.comments = comments
        self.lines: list[str | Row] = [*comments.top]

    def done(self) -> str:
        return joined([*self.lines, *self.comments.bottom])

    def section(self, name: str, statements: Sequence[Any]) -> None:
        """A section, parted from the one before it."""
        self.lines += [""] * bool(self.lines)
        match name:
            case "model":
                self._model(_only(statements, "model"))
            case "inference":
                self._infer(_only(statements, "infer"))
            case "odes":
                self._odes(statements)
            case "data" | "generated" | "guide":
                (block,) = statements
                self._head(name, block)
                lines = block.declarations if name == "data" else block.statements
                self._map(lines, _STEP, guided=name != "data")
            case _:
                self.lines += self.comments.of(statements[0]).outer
                self.lines.append(Row(f"{name}:"))
                if name == "factors" and not _named(statements):
                    self._list(statements)
                else:
                    self._map(statements, _STEP)

    # --- sections with a form of their own ------------------------------------------------

    def _head(self, name: str, node: Any) -> None:
        """The name of a section that is one statement in the text."""
        trivia = self.comments.of(node)
        self.lines += [*trivia.outer, *trivia.above, Row(f"{name}:", comment=trivia.end)]

    def _model(self, header: tree.Header) -> None:
        trivia = self.comments.of(header)
        self._row(Row(f"model: {scalar(header.name.name)}"), trivia, "", first=True)
        if header.description:
            self.lines.append(Row(f"description: {double_quoted(header.description)}"))
        self.lines += trivia.after

    def _infer(self, infer: tree.Infer) -> None:
        self._head("inference", infer)
        self.lines.append(Row(f"{_STEP}method: {scalar(infer.method.name)}"))
        self.lines += _indented(self.comments.of(infer).after, _STEP)
        if any(s.name.name in ("method", "settings") for s in infer.settings):
            self.lines.append(Row(f"{_STEP}settings:"))
            self._map(infer.settings, _STEP * 2)
        else:
            self._map(infer.settings, _STEP, first=False)

    def _odes(self, odes: Sequence[tree.Ode]) -> None:
        if len(odes) == 1:
            self._head("odes", odes[0])
            self.lines.append(Row(f"{_STEP}time: {scalar(odes[0].time.name)}"))
            self._ode(odes[0], _STEP)
            return
        self.lines += [*self.comments.of(odes[0]).outer, Row("odes:")]
        for ode in odes:
            row = Row(f"{_STEP}- time: {scalar(ode.time.name)}")
            self._entry(row, ode, _STEP, first=ode is odes[0])
            self._ode(ode, _STEP * 2)

    def _ode(self, ode: tree.Ode, indent: str) -> None:
        _check_names(ode.settings, "time", "rates")
        self._map(ode.settings, indent, first=False)
        self.lines.append(Row(f"{indent}rates:"))
        self._map(ode.rates, indent + _STEP)

    # --- entries --------------------------------------------------------------------------

    def _map(
        self, nodes: Sequence[Any], indent: str, *, guided: bool = False, first: bool = True
    ) -> None:
        seen: dict[str, Any] = {}
        for node in nodes:
            key = key_of(node, guided=guided)
            if key in seen:
                raise _twice(key, seen[key], node)
            seen[key] = node
            row = Row(laid(f"{indent}{scalar(key, key=True)}:", value_of(node, guided=guided)))
            self._entry(row, node, indent, first=first)
            first = False

    def _list(self, nodes: Sequence[Any]) -> None:
        for node in nodes:
            row = Row(laid(f"{_STEP}-", value_of(node, listed=True)))
            self._entry(row, node, _STEP, first=node is nodes[0])

    def _entry(self, row: Row, node: Any, indent: str, *, first: bool) -> None:
        trivia = self.comments.of(node)
        self._row(row, trivia, indent, first=first)
        self.lines += _indented(trivia.after, indent)

    def _row(self, row: Row, trivia: Trivia, indent: str, *, first: bool) -> None:
        """A row with its comments; the first of a section has some of them above the section."""
        before = [*[""] * trivia.blank, *trivia.outer] if not first else []
        before += trivia.above
        if row.one:
            row.comment = trivia.end
        elif trivia.end:  # no comment stands beside a folded text
            before.append(trivia.end)
        self.lines += [*_indented(before, indent), row]


def _indented(texts: Sequence[str], indent: str) -> list[str]:
    return [text and indent + text for text in texts]


def _named(factors: Sequence[tree.Factor]) -> bool:
    """Whether each factor has a name of its own, so that they can be a map."""
    names = [key_of(f) for f in factors if f.target is not None]
    return len(set(names)) == len(factors)


def _only(statements: Sequence[Any], word: str) -> Any:
    if len(statements) > 1:
        raise _twice(word, statements[0], statements[1])
    return statements[0]


def _twice(key: str, first: Any, second: Any) -> SpecError:
    return SpecError(
        Diagnostic(
            "B202",
            f"`{key}` stands twice: YAML has one entry for it",
            second.span,
            notes=(Note(first.span, "the first"),),
            help="remove one of them, or give it another name",
        )
    )


def _check_names(settings: Sequence[tree.Setting], *taken: str) -> None:
    for setting in settings:
        if setting.name.name in taken:
            raise SpecError(
                Diagnostic(
                    "B109",
                    f"a setting called `{setting.name.name}` cannot be written in YAML",
                    setting.span,
                    help="there, this key says something else: keep this spec as text",
                )
            )
