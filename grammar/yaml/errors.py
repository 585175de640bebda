"""What is wrong with a text that is not YAML, in our words, and the text without the mistake."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from ..diagnostics import Diagnostic, Fix
from ..source import Span

_KEY = re.compile(
    r"""
    (?P<before>[ \t]*(?:-[ \t]+)*)
    (?:
        (?P<key>
            "(?:[^"\\\r\n]|\\.)*"
          | '(?:[^'\r\n]|'')*'
          | [^\s"'\#\[{&*!|>%@`:-](?:[^:\#\r\n]|:(?![ \t\r\n]|\Z)|(?<![ \t])\#)*
        )
        :(?=[ \t\r\n]|\Z)
    )?
    [ \t]*
    """,
    re.VERBOSE,
)
_NAME = re.compile(r"[^\W\d]\w*'*")
_TABS = re.compile(r"(?:[ ]*\t[^\r\n]*(?:\r?\n|\Z)|[ ]*\r?\n)+")
_SIGN = re.compile(r"[ ]*[^\W\d]\w*'*(?:\[[^\]\n]*\])?[ ]*([~=])[ ]")
_GLUED = re.compile(r"[ ]*(?P<key>[^\W\d]\w*(?:\[[^\]:]*\])?):(?=[^\s:])")

_BEGINS = {
    "*": "an alias",
    "&": "an anchor",
    "!": "a tag",
    "|": "a block of text",
    ">": "a block of text",
    "-": "an item of a list",
    "?": "a key",
    "[": "a list",
    "{": "a map",
    '"': "a text in quotes",
    "'": "a text in quotes",
}
MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake, and the text without it: blanks of the same length stand in its place.

    `hole` is the place of a value that was left out, `key` that of the name in a line left out.
    """

    diagnostic: Diagnostic
    text: str
    hole: Span | None = None
    key: Span | None = None

    @classmethod
    def of(cls, text: str, diagnostic: Diagnostic, start: int) -> Mistake:
        """A mistake in the value that begins at `start`."""
        hole = Span(start, _end_of_entry(text, start))
        return cls(diagnostic, _blanked(text, hole), hole)


def quoted(text: str) -> str:
    """A text as a YAML scalar in quotes."""
    if len(text) > MOST_SHOWN:
        text = text[: MOST_SHOWN - 1] + "…"
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def explain(
    text: str,
    error: Any,
    skipped: int,
    behind: tuple[int, int, str] | None,
    opened: int | None,
) -> Mistake:
    """The mistake that made PyYAML stop.

    `skipped` characters of the text were not handed to it; `behind` is the last scalar that it
    read: start, end and style; `opened` the place of the outermost bracket that is open.
    """
    problem = _said(error, "problem")
    context = _said(error, "context")
    at = _place(error, "problem_mark", len(text), skipped)
    begun = _place(error, "context_mark", at, skipped)
    if "quoted scalar" in context and ("end of stream" in problem or "document" in problem):
        return _unclosed_quote(text, begun)
    if "escape" in problem:
        return _escape(text, begun, at)
    if text[at : at + 1] == "\t":
        return _tab(text, at)
    if "flow" in context:
        return _in_brackets(text, begun, at, begun if opened is None else opened)
    if "mapping values" in problem:
        return _second_colon(text, at, behind)
    if "expected ':'" in problem:
        return _no_entry(text, begun)
    if "document" in problem:
        return _outside(text, at)
    return _misplaced(text, at, behind)


def _said(error: Any, what: str) -> str:
    return str(getattr(error, what, None) or "")


def _place(error: Any, what: str, default: int, skipped: int) -> int:
    mark = getattr(error, what, None)
    return default if mark is None else int(mark.index) + skipped


# --- kinds of mistakes -------------------------------------------------------------------


def _unclosed_quote(text: str, start: int) -> Mistake:
    mark = text[start]
    help = f"end the text with `{mark}` on the same line"
    found = Diagnostic("B107", "this quote is never closed", Span(start, start + 1), help=help)
    return Mistake.of(text, found, _value(text, start))


def _escape(text: str, start: int, at: int) -> Mistake:
    at = max(start, text.rfind("\\", start, at + 1))
    help = "write the text in single quotes: there a backslash is a character like others"
    message = f"`{text[at : at + 2]}` means nothing in double quotes"
    found = Diagnostic("B107", message, Span(at, at + 2), help=help)
    return Mistake.of(text, found, _value(text, start))


def _tab(text: str, at: int) -> Mistake:
    start = _line_start(text, at)
    if text[start:at].strip():
        return _quote_it(text, at)
    help = "indent with blanks: YAML does not take tabs"
    stop = (
        at + len(text[at : _line_end(text, at)]) - len(text[at : _line_end(text, at)].lstrip("\t"))
    )
    found = Diagnostic("B107", "a tab in the indentation", Span(at, stop), help=help)
    lines = _TABS.match(text, start)
    end = lines.end() if lines else at + 1
    spaced = re.sub(r"(?m)^[ \t]+", lambda m: m[0].replace("\t", " "), text[start:end])
    return Mistake(found, text[:start] + spaced + text[end:])


def _in_brackets(text: str, start: int, at: int, opened: int) -> Mistake:
    start = start if text[start : start + 1] in ("[", "{") else opened
    opening = text[start : start + 1]
    value = _value(text, opened)
    closing = {"[": "]", "{": "}"}.get(opening, "")
    line = _line_end(text, start)
    if closing and (at >= line and closing not in text[at : _end_of_entry(text, start)]):
        message, help = f"`{opening}` is never closed", f"add `{closing}` where it ends"
        found = Diagnostic("B107", message, Span(start, start + 1), help=help)
        return Mistake.of(text, found, value)
    help = "in brackets, put texts that hold any of `[ ] { } , :` in quotes"
    if opening == "{":
        help += ", or write one entry a line"
    return Mistake.of(text, _unexpected(text, at, help), value)


def _second_colon(text: str, at: int, behind: tuple[int, int, str] | None) -> Mistake:
    entry = _entry(text, at)
    if entry["key"] is not None and entry.end("key") < at:
        return _quote_it(text, at, "YAML takes `: ` in a value for the end of a key")
    if behind is not None and behind[0] < entry.start():
        above = _entry(text, behind[0])
        if above["key"] is None or above.end("key") > behind[0]:
            return _no_entry(text, behind[0])
        if behind[2] == "":
            help = "indent it like the line above, or take away the value there"
            message = "this line is deeper than the one above, which has a value already"
            return _left_out(text, at, message, help)
    return _misplaced(text, at, None)


def _no_entry(text: str, at: int) -> Mistake:
    glued = _GLUED.match(text, _line_start(text, at))
    if glued:
        colon = glued.end()
        message = "a blank is missing after the colon"
        fix = (Fix(Span(colon, colon), " "),)
        place = Span(colon - 1, colon)
        help = f"write `{glued['key']}: …`"
        found = Diagnostic("B107", message, place, help=help, remedies=fix)
        return Mistake(found, _blanked(text, _line(text, at)), None, Span(*glued.span("key")))
    help = "write a `:` and a blank after the key"
    sign = _SIGN.match(text, _line_start(text, at))
    mistake = _left_out(text, at, "this line is no `key: value`", help)
    if sign is None:
        return mistake
    help = f"in YAML a `:` stands in the place of the `{sign[1]}`"
    fix = (Fix(Span(*sign.span(1)), ":"),)
    return replace(mistake, diagnostic=replace(mistake.diagnostic, help=help, remedies=fix))


def _outside(text: str, at: int) -> Mistake:
    line = _line(text, at)
    if text.startswith("%", line.start):
        return _left_out(text, at, "specs do not use directives", "leave this line out")
    message = "the document has ended above this line"
    return _left_out(text, at, message, "a spec is one map: each line at the margin is a section")


def _misplaced(text: str, at: int, behind: tuple[int, int, str] | None) -> Mistake:
    if behind is not None and _runs_on(text, behind, at):
        return _unclosed_quote(text, behind[0])
    entry = _entry(text, at)
    value, character = entry.end(), text[at : at + 1]
    if at < value or (entry["key"] is None and "-" not in entry["before"]):
        if character in (*_BEGINS, *"@`%,]}") and character != "-":
            message = f"`{character}` cannot begin a line here"
            return _left_out(text, at, message, "write each line as `key: value`")
        message = "this line's indentation fits nothing above it"
        help = "indent it like the lines that it belongs beside"
        return _left_out(text, at, message, help)
    begins = text[value : value + 1]
    what = _BEGINS.get(begins, "")
    if at > value:
        return _quote_it(text, at, f"YAML reads {what} here, and cannot go on" if what else "")
    message = f"`{begins}` begins {what or 'no value'} in YAML"
    return _quote_it(text, at, message)


def _runs_on(text: str, behind: tuple[int, int, str], at: int) -> bool:
    """Whether a quote was closed by one that opens a text some lines below."""
    start, end, style = behind
    if style not in ("'", '"') or text[end:at].strip(" \t"):
        return False
    first = _line_end(text, start)
    return first < end and any(
        _entry(text, place)["key"] is not None
        for place in (first + 1, _line_start(text, end))
        if place < end
    )


# --- what is said ------------------------------------------------------------------------


def _quote_it(text: str, at: int, message: str = "") -> Mistake:
    """A value that YAML understands otherwise than it is meant."""
    start = _value(text, at)
    stop = start + len(text[start : _line_end(text, start)].rstrip())
    value = quoted(text[start:stop])
    fix = () if stop - start > MOST_SHOWN else (Fix(Span(start, stop), value),)
    if not message:
        message = f"YAML cannot go on with `{text[at : at + 1]}` here"
    found = Diagnostic(
        "B107",
        message,
        Span(at, at + 1),
        help=f"put the value in quotes: `{value}`",
        remedies=fix,
    )
    return Mistake.of(text, found, start)


def _unexpected(text: str, at: int, help: str) -> Diagnostic:
    what = text[at : at + 1]
    message = f"`{what}` does not fit here" if what.strip() else "this line ends too early"
    at = min(at, len(text))
    return Diagnostic("B107", message, Span(at, at + 1), help=help)


def _left_out(text: str, at: int, message: str, help: str) -> Mistake:
    """A line of which nothing can be read."""
    line = _line(text, at)
    if line.start == line.end and line.start:
        line = _line(text, len(text[: line.start].rstrip()) - 1)
    entry = _entry(text, line.start)
    start = min(entry.end("before"), max(line.end - 1, line.start))
    name = _NAME.match(text, start)
    said = Span(start, max(start + 1, start + len(text[start : line.end].rstrip())))
    found = Diagnostic("B107", message, said, help=help)
    key = None if name is None else Span(*name.span())
    return Mistake(found, _blanked(text, line), None, key)


# --- lines -------------------------------------------------------------------------------


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _line(text: str, at: int) -> Span:
    at = min(max(at, 0), len(text))
    start = _line_start(text, at)
    return Span(start, _line_end(text, start))


def _entry(text: str, at: int) -> re.Match[str]:
    """The key of the line in which a place lies, if the line has one, and the blanks around it."""
    start = _line_start(text, at)
    found = _KEY.match(text, start + (text.startswith("\ufeff") and start == 0))
    assert found is not None
    return found


def _value(text: str, at: int) -> int:
    """Where the value begins that holds a place: behind the key of the line, if it has one."""
    return min(_entry(text, at).end(), at)


def _end_of_entry(text: str, start: int) -> int:
    """The end of the line, and of the deeper lines below it."""
    line = _line_start(text, start)
    depth = _depth(text, line, _line_end(text, line))
    end = _line_end(text, start)
    while end < len(text):
        following = _line_end(text, end + 1)
        if text[end + 1 : following].strip() and _depth(text, end + 1, following) <= depth:
            break
        end = following
    return end


def _depth(text: str, start: int, end: int) -> int:
    return len(text[start:end]) - len(text[start:end].lstrip(" \t"))


def _blanked(text: str, span: Span) -> str:
    inside = re.sub(r"[^\r\n]", " ", text[span.start : span.end])
    return text[: span.start] + inside + text[span.end :]
