"""Text with places where it may be broken, and its printing within a width.

The elements and the way they are measured are those of `ruff format`, for its rules of layout
can only be followed in the terms in which they are stated: a group stands on one line where it
fits, what may stand in brackets of its own asks whether these brackets are there, and so on.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

WIDTH = 88
INDENT = 4

Kind = Literal[
    "soft",  # a line break, or nothing
    "space",  # a line break, or a space
    "hard",  # a line break
    "indent",
    "indent_if_broken",  # indented where the group is broken
    "group",  # on one line where it fits
    "group_if_broken",  # a group only where another group is broken
    "if_broken",  # only where the group (0: the nearest) is broken
    "if_flat",
    "fits_broken",  # fits as soon as its first and its last line do, while the group is flat
    "brackets",  # in brackets where that makes it fit
]


@dataclass(frozen=True, slots=True)
class Part:
    kind: Kind
    content: Document = ""
    group: int = 0


Document = str | list["Document"] | Part

SOFT, SPACE, HARD = Part("soft"), Part("space"), Part("hard")

# How to measure: up to the first line break; every line; no line between the first and the last.
FIRST, EVERY, ENDS = range(3)

# Indentation, whether broken, how to measure, and what.
Frame = tuple[int, bool, int, Document]


def width(text: str) -> int:
    """Columns on a screen: wide characters take two, marks on others none."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.category(c) in ("Mn", "Me", "Cf")
        else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


def printed(document: Document, indent: int) -> list[str]:
    """The lines of a document that starts at this indentation."""
    return _Printer(indent).lines(document)


class _Printer:
    def __init__(self, indent: int) -> None:
        self.done: list[str] = []
        self.line = " " * indent
        self.column = indent
        self.broken: dict[int, bool] = {}
        self.measured = False  # whether a group around already fits on this line
        self.stack: list[Frame] = []

    def lines(self, document: Document) -> list[str]:
        self.stack.append((self.column, True, FIRST, document))
        while self.stack:
            frame = self.stack.pop()
            part = frame[3]
            if isinstance(part, str):
                self.line += part
                self.column += width(part)
            elif isinstance(part, list):
                self.stack += [(*frame[:3], p) for p in reversed(part)]
            else:
                self.part(part, frame)
        return [*self.done, self.line]

    def part(self, part: Part, frame: Frame) -> None:
        indent, broken, measure, _ = frame
        match part.kind:
            case "soft" | "space" | "hard":
                self.line_break(part, frame)
                return
            case "group":
                broken = self.breaks(part, frame)
                self.broken[part.group] = broken
            case "group_if_broken" if self.broken[part.group]:
                broken = self.breaks(Part("group", part.content), frame)
            case "fits_broken" if not self.broken[part.group]:
                self.measured = False  # it was measured broken, and may fit on the line after all
            case "brackets":
                self.brackets(part, frame)
                return
        following = self.inside(part, (indent, broken, measure, part))
        if following:
            self.stack.append(following)

    def line_break(self, part: Part, frame: Frame) -> None:
        indent, broken, _, _ = frame
        if broken or part.kind == "hard":
            self.done.append(self.line)
            self.line = " " * indent
            self.column = indent
        elif part.kind == "space":
            self.line += " "
            self.column += 1

    def inside(self, part: Part, frame: Frame) -> Frame | None:
        """The content with its indentation, if it is there."""
        indent, broken, measure, _ = frame
        match part.kind:
            case "indent":
                indent += INDENT
            case "indent_if_broken":
                indent += INDENT * self.broken[part.group]
            case "if_broken" | "if_flat":
                state = self.broken[part.group] if part.group else broken
                if state != (part.kind == "if_broken"):
                    return None
        return indent, broken, measure, part.content

    def breaks(self, part: Part, frame: Frame) -> bool:
        """Whether a group does not fit on the line."""
        indent, broken, measure, _ = frame
        if not broken and self.measured:
            return False
        self.measured = True
        self.broken[part.group] = False
        return not self.fits((indent, False, measure, part.content))

    def brackets(self, part: Part, frame: Frame) -> None:
        indent, broken, measure, _ = frame
        within: Document = ["(", Part("indent", [HARD, part.content]), HARD, ")"]
        if self.breaks(part, frame):
            # No brackets where even they do not make it fit.
            self.broken[part.group] = True
            self.broken[part.group] = self.fits((indent, broken, EVERY, within))
        state = self.broken[part.group]
        self.stack.append((indent, state, measure, within if state else part.content))

    def fits(self, frame: Frame) -> bool:
        """Whether this, and what follows up to a line break, fits where the printer stands."""
        todo, rest, column = [frame], len(self.stack), self.column
        while todo or rest:
            if not todo:
                rest -= 1
                todo.append(self.stack[rest])
            indent, broken, measure, part = frame = todo.pop()
            if isinstance(part, list):
                todo += [(indent, broken, measure, p) for p in reversed(part)]
                continue
            if isinstance(part, Part) and part.kind in ("soft", "space", "hard"):
                if broken or part.kind == "hard":
                    if measure == FIRST:
                        return True
                    column = indent
                    continue
                part = " " if part.kind == "space" else ""
            if isinstance(part, str):
                column += width(part)
                if column > WIDTH and measure != ENDS:
                    return False
                continue
            if part.kind in ("group", "brackets"):
                self.broken[part.group] = broken
            elif part.kind == "fits_broken" and not broken and not self.broken[part.group]:
                frame = (indent, True, ENDS, part)
            following = self.inside(part, frame)
            if following:
                todo.append(following)
        return True
