"""YAML text → maps, lists and scalars with their places, and everything that is wrong with it.

The events of PyYAML are used, not its nodes: nothing is resolved, so that `no` and `1e-3` stay as
they are written, no alias is expanded, and what specs do not use is refused with its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..diagnostics import Diagnostic, Fix, Note
from ..layout import MAX_ERRORS
from ..reading import Comment
from ..source import Source, Span
from .errors import MOST_SHOWN, Mistake, explain, quoted
from .nodes import Listing, Lost, Mapping, Node, Scalar, end_of, unclosed
from .places import BLOCKS, comments

MAX_DEPTH = 50
_MAX_MISTAKES = 20
_MAX_READ = 3_000_000  # characters, over all the times that a broken text is read
_MAX_NODES = 100_000

_STRANGE = re.compile(r"[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_BLANKS = re.compile(r"\s*")
_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*\s*)+")


@dataclass(slots=True)
class Document:
    """A YAML file. `lost` holds the keys of lines that could not be read at all."""

    root: Node | None
    errors: list[Diagnostic]
    comments: list[Comment]
    lost: list[Span]


def compose(source: Source) -> Document:
    """The nodes of a YAML text. After a mistake its line is left out, and the rest is read."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text, errors = _printable(source.text)
    skipped = 1 if text.startswith("\ufeff") else 0
    holes = [d.span for d in errors if d.span is not None]
    lost: list[Span] = []
    budget = max(_MAX_READ, len(text))
    while True:
        builder = _Builder(text, skipped, holes)
        budget -= len(text)
        try:
            builder.read(yaml.parse(text[skipped:], Loader=loader))
            break
        except _TooMuch as error:
            mistake = error.mistake
        except yaml.YAMLError as error:
            mistake = explain(text, error, skipped, builder.behind, builder.opened())
        errors.append(mistake.diagnostic)
        if mistake.text == text or len(errors) >= _MAX_MISTAKES or budget < len(text):
            break
        text = mistake.text
        if mistake.hole is not None:
            holes.append(mistake.hole)
        if mistake.key is not None:
            lost.append(mistake.key)
    root = builder.whole()
    found = comments(text, builder.scalars)
    return Document(root, errors + builder.errors, found, lost + builder.lost)


def _printable(text: str) -> tuple[str, list[Diagnostic]]:
    """The text without characters that YAML refuses, which are wrong here, too."""
    errors = []
    first = 1 if text.startswith("\ufeff") else 0
    for match in _STRANGE.finditer(text, first):
        name = f"U+{ord(match[0]):04X}"
        message = f"{name} means nothing here"
        place = Span(match.start(), match.end())
        errors.append(Diagnostic("B105", message, place, help="remove this character"))
        if len(errors) == _MAX_MISTAKES // 2:
            break
    if errors:
        text = text[:first] + _STRANGE.sub(" ", text[first:])
    return text, errors


class _TooMuch(Exception):
    """The text goes beyond a limit."""

    def __init__(self, mistake: Mistake) -> None:
        self.mistake = mistake


@dataclass(slots=True)
class _Open:
    """A list or map that is being read; `key` is the key whose value comes next."""

    node: Listing | Mapping
    key: Scalar | None = None
    at_value: bool = False


class _Builder:
    """Makes nodes of events, without recursion."""

    def __init__(self, text: str, skipped: int, holes: Sequence[Span]) -> None:
        self.text = text
        self.skipped = skipped
        self.holes = holes
        self.errors: list[Diagnostic] = []
        self.scalars: list[tuple[int, int, str]] = []
        self.behind: tuple[int, int, str] | None = None
        self.root: Node | None = None
        self.open: list[_Open] = []
        self.lost: list[Span] = []

    def read(self, events: Iterable[Any]) -> None:
        """Take the events of one document. A second one is an error, and is not read."""
        documents = 0
        for event in events:
            kind = type(event).__name__
            if kind == "ScalarEvent":
                self._add(self._scalar(event))
            elif kind in ("MappingStartEvent", "SequenceStartEvent"):
                self._begin(event, kind)
            elif kind in ("MappingEndEvent", "SequenceEndEvent"):
                self._end(event.end_mark.index + self.skipped)
            elif kind == "AliasEvent":
                self._add(self._alias(self._span(event)))
            elif kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    self._second(self._span(event).start)
                    return

    def opened(self) -> int | None:
        """Where the outermost bracket begins that is open."""
        return next((frame.node.span.start for frame in self.open if frame.node.flow), None)

    def whole(self) -> Node | None:
        """The root, also where the text could not be read to its end."""
        if self.open:
            end = max(self.open[-1].node.span.start, self.scalars[-1][1] if self.scalars else 0)
        while self.open:
            self._end(end)
        return self.root

    def _say(self, found: Diagnostic) -> None:
        if len(self.errors) <= MAX_ERRORS:
            self.errors.append(found)

    # --- events -------------------------------------------------------------------------

    def _span(self, event: Any) -> Span:
        return Span(event.start_mark.index + self.skipped, event.end_mark.index + self.skipped)

    def _scalar(self, event: Any) -> Node:
        span, style = self._span(event), event.style or ""
        start, marked = self._properties(event, span)
        end = span.end
        if style in BLOCKS:
            end = start + len(self.text[start:end].rstrip())
        self.behind = (start, end, style)
        if len(self.scalars) > _MAX_NODES:
            raise _TooMuch(self._too_large(start))
        self.scalars.append((start, span.end, style))
        if marked and not style:
            return Lost(span)
        return Scalar(event.value, style, Span(start, end), self.text)

    def _begin(self, event: Any, kind: str) -> None:
        span = self._span(event)
        start, _ = self._properties(event, span)
        node = Mapping if kind == "MappingStartEvent" else Listing
        if len(self.open) == MAX_DEPTH:
            raise _TooMuch(self._too_deep(start))
        self.open.append(_Open(node([], Span(start, start), bool(event.flow_style))))

    def _end(self, end: int) -> None:
        node = self.open.pop().node
        if not node.flow:
            end = end_of(node)
        node.span = Span(node.span.start, max(node.span.start, end))
        if node.flow:
            self._mend(node)
        if isinstance(node, Mapping):
            self._unique(node)
        self._add(node)

    def _add(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        top = self.open[-1]
        if isinstance(top.node, Listing):
            top.node.items.append(self._left(node))
        elif top.at_value:
            if top.key is not None:
                top.node.pairs.append((top.key, self._left(node)))
            top.key, top.at_value = None, False
        else:
            top.key, top.at_value = self._key(node), True

    def _key(self, node: Node) -> Scalar | None:
        if isinstance(node, Lost):
            return None
        if not isinstance(node, Scalar):
            what = "map" if isinstance(node, Mapping) else "list"
            message = f"a {what} cannot be a key"
            start = node.span.start
            help = "a key is a name, as in `alpha[county]: Normal(0, 1)`"
            self._say(Diagnostic("B108", message, Span(start, start + 1), help=help))
            return None
        if node.text == "<<" and not node.style:
            help = "write out the entries that it would bring here"
            message = "specs do not use merge keys"
            self._say(Diagnostic("B107", message, node.span, help=help))
            return None
        return node

    def _left(self, node: Node) -> Node:
        """The value, or what is known of it where a mistake has been left out."""
        if isinstance(node, Scalar) and node.is_empty:
            blanks = _BLANKS.match(self.text, node.span.start)
            end = blanks.end() if blanks else node.span.start
            for hole in self.holes:
                if node.span.start <= hole.start <= end:
                    return Lost(hole)
        return node

    # --- what specs do not use ------------------------------------------------------------

    def _properties(self, event: Any, span: Span) -> tuple[int, bool]:
        """Where a node begins behind its anchor and tag, and whether it has a tag."""
        if event.anchor is None and event.tag is None:
            return span.start, False
        match = _PROPERTIES.match(self.text, span.start)
        written = match[0] if match else ""
        place = Span(span.start, span.start + max(1, len(written.rstrip())))
        start = span.start + len(written)
        if event.anchor is not None:
            message = f"specs do not use anchors: `&{event.anchor}` would name this value"
            help = "leave it out; what is needed twice gets a name of its own, such as a `lets`"
            self._say(Diagnostic("B107", message, place, help=help))
            return start, event.tag is not None
        value = self._line(span.start)
        message = f"specs do not use tags: YAML reads `{written.strip()}` as one"
        help = f"if it is part of an expression, put that in quotes: `{value}`"
        self._say(Diagnostic("B107", message, place, help=help))
        return start, True

    def _alias(self, span: Span) -> Lost:
        name = self.text[span.start : span.end]
        message = f"specs do not use aliases: YAML reads `{name}` as one"
        value = self._line(span.start)
        help = f"write out the value, or, if this is an expression, put it in quotes: `{value}`"
        self._say(Diagnostic("B107", message, span, help=help))
        return Lost(span)

    def _second(self, start: int) -> None:
        place = Span(start, min(start + 3, len(self.text)))
        message = "a second document in one file"
        help = "one spec a file: move what follows to a file of its own, or leave out the `---`"
        self._say(Diagnostic("B107", message, place, help=help))

    def _too_deep(self, start: int) -> Mistake:
        opened = self.opened()
        message = f"lists and maps are nested more than {MAX_DEPTH} deep"
        help = "a spec needs three or four levels; a value that is an expression is one text"
        found = Diagnostic("B104", message, Span(start, start + 1), help=help)
        return Mistake.of(self.text, found, start if opened is None else opened)

    def _too_large(self, start: int) -> Mistake:
        message = f"more than {_MAX_NODES:,} entries: this is too large for a spec"
        help = "what repeats belongs in plates and data"
        return Mistake(Diagnostic("B104", message, Span(start, start + 1), help=help), self.text)

    def _line(self, start: int) -> str:
        """The rest of a line in quotes, or as much of it as can be shown."""
        return quoted(self.text[start : start + MOST_SHOWN + 1].partition("\n")[0].rstrip())

    # --- maps and lists -------------------------------------------------------------------

    def _unique(self, node: Mapping) -> None:
        """Report keys that come twice. The later is left out."""
        seen: dict[str, Scalar] = {}
        kept = []
        for key, value in node.pairs:
            first = seen.setdefault(key.text, key)
            if first is not key:
                message = f"the key `{key.text}` comes twice"
                note = Note(_visible(first.span), "here for the first time")
                help = "keep one of them" if self.open else "put the entries under one of them"
                self._say(Diagnostic("B202", message, _visible(key.span), notes=(note,), help=help))
                if isinstance(value, Mapping):
                    self.lost += [inner.span for inner, _ in value.pairs]
            else:
                kept.append((key, value))
        node.pairs = kept

    def _mend(self, node: Listing | Mapping) -> None:
        """Report values that YAML has cut at a comma inside brackets, and put them together."""
        if isinstance(node, Listing):
            entries: list[tuple[Node, ...]] = [(item,) for item in node.items]
        else:
            entries = [(key, value) for key, value in node.pairs]
        kept: list[tuple[Node, ...]] = []
        stops = _stops([sum(map(unclosed, entry)) for entry in entries])
        position = 0
        while position < len(entries):
            entry, stop = entries[position], stops[position]
            if stop == position + 1:
                kept.append(entry)
            else:
                begin = next(n.span.start for n in entry if unclosed(n) > 0)
                end = max(n.span.end for n in entries[stop - 1])
                self._cut(Span(begin, end))
                if len(entry) == 1 or unclosed(entry[0]) <= 0:
                    kept.append((*entry[:-1], Lost(Span(begin, end))))
            position = stop
        if isinstance(node, Listing):
            node.items = [item for (item,) in kept]
        else:
            node.pairs = [(key, value) for key, value in kept if isinstance(key, Scalar)]

    def _cut(self, span: Span) -> None:
        raw = self.text[span.start : span.end]
        message = "YAML ends this value at its first comma"
        inside = quoted(raw)
        help = f"put it in quotes: `{inside}`"
        if raw[0] == "(" and raw[-1] == ")":
            inside = f"[{raw[1:-1]}]"
            help = f"write a list: `{inside}`"
        fix = (Fix(span, inside),)
        self._say(Diagnostic("B107", message, span, help=help, remedies=fix))


def _stops(depths: list[int]) -> list[int]:
    """For each entry, the one behind the last that belongs to it: where its brackets are closed.

    `depths` are the numbers of brackets that each opens, less those that it closes.
    """
    stops = list(range(1, len(depths) + 1))
    waiting: list[tuple[int, int]] = []  # entries whose brackets are open, and how deep they began
    depth = 0
    for position, change in enumerate(depths):
        if change > 0:
            waiting.append((position, depth))
        depth += change
        while waiting and depth <= waiting[-1][1]:
            stops[waiting.pop()[0]] = position + 1
    return stops


def _visible(span: Span) -> Span:
    return Span(span.start, max(span.end, span.start + 1))
