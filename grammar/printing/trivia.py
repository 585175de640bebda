"""What stands around the statements of a spec: comments, and the blank lines of its author.

A comment alone on its line belongs to the next statement, one at the end of a line to the
statement there. At the top of a file, what a blank line parts from the first statement is the
file's own. An indented comment below the last line of a block, or of a section of YAML, stays
there.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .. import tree
from ..reading import Comment, Reading
from ..source import Source
from .canonical import BLOCKS

_BLANK = re.compile(r"\n[ \t\r]*\n")
_KEY = re.compile(r"^[^\s#]", re.MULTILINE)
_DESCRIPTION = re.compile(r"^description[ \t]*:.*(?:\n[ \t]+[^\s#].*)*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Trivia:
    """What stands around one statement or one line of a block.

    An empty text among the comments is a blank line. `blank`: there is one before all this.
    `outer` are comments above the section that begins with this statement.
    """

    blank: bool = False
    outer: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    end: str = ""
    after: tuple[str, ...] = ()


@dataclass(slots=True)
class Comments:
    """The trivia of a whole spec: at its top, at its statements, and at its end."""

    top: tuple[str, ...] = ()
    bottom: tuple[str, ...] = ()
    around: dict[object, Trivia] = field(default_factory=dict)

    def of(self, node: Any) -> Trivia:
        return self.around.get(_key(node), Trivia())


def together(*parts: Trivia) -> Trivia:
    """The trivia of several nodes that are to stand on one line."""
    ends = [p.end for p in parts if p.end]
    above = [text for p in parts for text in (*p.outer, *p.above, *p.after)]
    return Trivia(parts[0].blank, (), (*above, *ends[:-1]), "".join(ends[-1:]))


def _key(node: Any) -> object:
    """What stands for a node: blocks that become one have one key."""
    return type(node) if type(node) in BLOCKS else id(node)


@dataclass(slots=True)
class _Slot:
    """A node to which comments can belong; `block` is the one whose line it is."""

    node: Any
    start: int
    end: int
    block: Any = None
    blank: bool = False
    outer: list[str] = field(default_factory=list)
    above: list[str] = field(default_factory=list)
    within: list[Comment] = field(default_factory=list)  # between its lines, and at their ends
    after: list[str] = field(default_factory=list)

    def trivia(self) -> Trivia:
        ends = [c for c in self.within if not c.alone][-1:]
        above = (*self.above, *(c.text for c in self.within if c not in ends))
        end = "".join(c.text for c in ends)
        return Trivia(self.blank, tuple(self.outer), above, end, tuple(self.after))


def attach(reading: Reading) -> Comments:
    """Every comment of a reading, at the statement to which it belongs."""
    slots = sorted(_slots(reading), key=lambda s: s.start)
    attaching = _Attaching(reading.source, slots)
    comments = deque(sorted(reading.comments, key=lambda c: c.span.start))
    for slot in slots:
        while comments and comments[0].span.start < slot.start:
            attaching.comment(comments.popleft())
        attaching.slot(slot)
    for comment in comments:
        attaching.comment(comment)
    found = Comments(tuple(attaching.top), tuple(attaching.bottom()))
    found.around = {_key(slot.node): slot.trivia() for slot in slots}
    return found


class _Attaching:
    """Goes through the nodes and comments in the order in which they were written."""

    def __init__(self, source: Source, slots: list[_Slot]) -> None:
        self.text, self.yaml = source.text, source.surface == "yaml"
        self.source, self.slots, self.done = source, slots, 0
        self.top: list[str] = []
        self.waiting: list[tuple[str, int]] = []  # comments for the next node; a blank line is ""
        self.blank = False  # before the first that waits
        self.reached = 0

    def slot(self, slot: _Slot) -> None:
        gap = self._gap(slot.start)
        if self.waiting:
            slot.blank = self.blank
            if gap:
                self.waiting.append(("", self.reached))
            if self.done == 0:
                self._split_top()
        else:
            slot.blank = gap or self._new_section(self.reached, slot.start)
        for text, end in self.waiting:
            outside = not slot.above and self.yaml and self._outside(text, end, slot)
            (slot.outer if outside else slot.above).append(text)
        self.waiting = []
        self.done += 1
        self.reached = max(self.reached, slot.end)

    def comment(self, comment: Comment) -> None:
        start, end = comment.span.start, comment.span.end
        last = self.slots[self.done - 1] if self.done else None
        if last is not None and start < last.end:
            last.within.append(comment)
            return
        gap = self._gap(start)
        if last is not None and not comment.alone and "\n" not in self.text[last.end : start]:
            last.within.append(comment)
        elif last is not None and not self.waiting and self._stays(comment, last):
            last.after += [""] * gap + [comment.text]
        else:
            if not self.waiting:
                self.blank = gap
            elif gap:
                self.waiting.append(("", self.reached))
            self.waiting.append((comment.text, end))
        self.reached = max(self.reached, end)

    def bottom(self) -> list[str]:
        """What no statement follows."""
        return [""] * self.blank + [text for text, _ in self.waiting] if self.waiting else []

    def _gap(self, start: int) -> bool:
        """Whether there is an empty line before a place; not so at the top of the file."""
        return self.reached > 0 and _BLANK.search(self.text, self.reached, start) is not None

    def _split_top(self) -> None:
        """Leave to the file what a blank line parts from its first section or statement."""
        for number, (text, end) in reversed(list(enumerate(self.waiting))):
            if text == "" and not self._new_section(0, end):
                self.top = [text for text, _ in self.waiting[:number]]
                self.waiting = self.waiting[number + 1 :]
                return

    def _new_section(self, start: int, stop: int) -> bool:
        return self.yaml and _KEY.search(self.text, start, stop) is not None

    def _outside(self, text: str, end: int, slot: _Slot) -> bool:
        """Whether a comment stands above the section that begins with a node."""
        at_margin = text == "" or self._column(end - len(text)) == 0
        return at_margin and self._new_section(end, slot.start)

    def _stays(self, comment: Comment, last: _Slot) -> bool:
        """Whether a comment stays below the last line of a block or section."""
        following = self.slots[self.done] if self.done < len(self.slots) else None
        column = self._column(comment.span.start)
        if not comment.alone or column == 0 or isinstance(last.node, tree.Header):
            return False
        if self.yaml and following is not None:
            start = following.start
            deeper = following.block is not last.block and column > self._column(start)
            return deeper or self._new_section(comment.span.end, start) or self._column(start) == 0
        if self.yaml:
            return True
        if last.block is None or (following and following.block is last.block):
            return False
        return column > self._column(last.block.span.start)

    def _column(self, offset: int) -> int:
        return self.source.place(offset)[1] - 1


def _slots(reading: Reading) -> Iterator[_Slot]:
    seen = set()
    for statement in reading.spec.statements:
        block, inner = _block(statement, reading.source)
        if type(statement) in BLOCKS and not inner:
            continue
        if _key(statement) not in seen:
            span = statement.span
            start, end = span.start, min([span.end, *(n.span.start for n in inner)])
            if reading.source.surface == "yaml":
                start, end = _head(statement, reading.source.text, start, end)
            yield _Slot(statement, start, end, block)
        seen.add(_key(statement))
        for node in inner:
            yield _Slot(node, node.span.start, node.span.end, block)


def _head(statement: tree.Statement, text: str, start: int, end: int) -> tuple[int, int]:
    """Where in YAML that part of a statement begins and ends which has no lines of its own."""
    match statement:
        case tree.DataBlock() | tree.Generate() | tree.Guide():
            return start, text.index(":", start) + 1
        case tree.Infer(name) | tree.Ode(name) if name.span.end < end:
            return start, name.span.end
        case tree.Infer() | tree.Ode():
            return start, end
        case tree.Header():
            return _with_description(text, start, end)
    return start, end


def _with_description(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the name of a model and its description begin and end, if they are neighbours."""
    found = _DESCRIPTION.search(text)
    if found is None:
        return start, end
    first, second = sorted([(start, end), found.span()])
    apart = _KEY.search(text, first[1], second[0])
    return (start, end) if apart else (first[0], second[1])


def _block(statement: tree.Statement, source: Source) -> tuple[Any, tuple[Any, ...]]:
    """The block that a statement opens, if it does, and the lines of it."""
    match statement:
        case tree.DataBlock(lines) | tree.Generate(lines) | tree.Guide(lines):
            return statement, lines
        case tree.Infer(_, settings):
            return statement, settings
        case tree.Ode(_, settings, rates):
            # In the text, the settings of an ode stand in its first line.
            return statement, (*settings, *rates) if source.surface == "yaml" else rates
    return None, ()
