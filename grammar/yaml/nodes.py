"""Maps, lists and scalars of YAML, with their places in the source. Nothing in them is resolved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..source import Span
from .places import places


@dataclass(slots=True)
class Scalar:
    """A text; `style` is empty or the character with which YAML marks it: `'`, `"`, `|` or `>`."""

    text: str
    style: str
    span: Span
    source: str = field(repr=False)

    @property
    def places(self) -> Sequence[int]:
        """The offset in the source of each character of the text, and of its end."""
        return places(self.text, self.style, self.source, self.span.start, self.span.end)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written where a value could stand."""
        return not self.style and self.text in ("", "~", "null")


@dataclass(slots=True)
class Listing:
    items: list[Node]
    span: Span
    flow: bool = False


@dataclass(slots=True)
class Mapping:
    pairs: list[tuple[Scalar, Node]]
    span: Span
    flow: bool = False


@dataclass(slots=True)
class Lost:
    """A value that could not be read; what is wrong with it has been said."""

    span: Span


Node = Scalar | Listing | Mapping | Lost


def end_of(node: Listing | Mapping) -> int:
    """Where the last part of a list or map ends."""
    if isinstance(node, Listing):
        return max((n.span.end for n in node.items[-1:]), default=node.span.start)
    return max((n.span.end for n in (node.pairs[-1] if node.pairs else ())), default=0)


def unclosed(node: Node) -> int:
    """How many round brackets are open at the end of a plain scalar."""
    if not isinstance(node, Scalar) or node.style:
        return 0
    return node.text.count("(") - node.text.count(")")
