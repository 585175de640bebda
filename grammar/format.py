"""A spec as read → its canonical form, on the surface on which it was written or on the other."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

from . import tree
from .diagnostics import Diagnostic, SpecError
from .printing.canonical import canonical
from .printing.text import print_text
from .printing.trivia import attach
from .printing.yaml import print_yaml
from .reading import Reading
from .source import Source, Surface
from .surfaces import read


def format_spec(reading: Reading) -> str:
    """The canonical form of a spec. Raises SpecError where the spec has errors."""
    return convert(reading, reading.source.surface)


def convert(reading: Reading, surface: Surface) -> str:
    """The same model with the same comments on a surface, in canonical form.

    Raises SpecError where the spec has errors, or says what that surface cannot say.
    """
    if reading.errors:
        raise SpecError(reading.errors, reading.source)
    write = print_text if surface == "text" else print_yaml
    try:
        text = write(reading.spec, attach(reading))
    except SpecError as error:
        raise SpecError(error.diagnostics, reading.source) from None
    _check(reading, read(Source(text, reading.source.name, surface)))
    return text


def _check(before: Reading, after: Reading) -> None:
    """Rather no file than one that says something else."""
    surface = after.source.surface
    mine, written = (_comparable(r.spec, surface) for r in (before, after))
    lost = Counter(c.text for c in before.comments) - Counter(c.text for c in after.comments)
    differs = next((m for m, w in zip(mine, written, strict=False) if not same(m, w)), None)
    if not after.errors and differs is None and len(mine) == len(written) and not lost:
        return
    other = "YAML" if surface == "yaml" else "text"
    raise SpecError(
        Diagnostic(
            "B109",
            f"this cannot be written as {other} so that it is read for the same again",
            None if differs is None else differs.span,
            help=f"give what is called like a word of the language another name, or keep the "
            f"spec as {'text' if surface == 'yaml' else 'YAML'}",
        ),
        before.source,
    )


def same(first: Any, second: Any) -> bool:
    """Whether two trees are equal, however deep: `==` would exhaust the stack."""
    pairs = [(first, second)]
    while pairs:
        one, other = pairs.pop()
        kind: type[Any] = type(one)
        if kind is not type(other):
            return False
        if isinstance(one, tuple):
            if len(one) != len(other):
                return False
            pairs += zip(one, other, strict=True)
        elif is_dataclass(kind):
            pairs += ((getattr(one, f), getattr(other, f)) for f in _compared(kind))
        elif one != other:
            return False
    return True


@cache
def _compared(kind: type[Any]) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind) if f.compare)


def _comparable(spec: tree.Spec, surface: Surface) -> tuple[tree.Statement, ...]:
    """The statements of a spec in canonical order; nobody's section of a draw counts."""
    bare = [replace(s, section=None) if isinstance(s, tree.Draw) else s for s in spec.statements]
    return canonical(tree.Spec(tuple(bare)), surface).statements
