"""The pieces of what a notebook shows: a box with its style, tables, parts that unfold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from ...grammar.diagnostics import Diagnostic, printable

_LINES = 200  # of a text
_WIDTH = 400  # characters of a cell or a line
_KEYWORD = re.compile(
    r"^( *)(model|plate|data|let|param|def|factor|infer|generate|guide|kernel|network|ode)\b"
)

# Colours are put over those of the page, so that they go with any; there is no other.
_STYLE = """
.bayescript{line-height:1.4;max-width:100%}
.bayescript p{margin:.2em 0}
.bayescript .scroll{overflow-x:auto}
.bayescript table{border-collapse:collapse;margin:.5em 0;font-size:.92em;
 font-variant-numeric:tabular-nums;color:inherit;background:none}
.bayescript th,.bayescript td{padding:.15em .7em;text-align:right;white-space:nowrap;border:none;
 color:inherit;background:none}
.bayescript th.name,.bayescript td.text{text-align:left;font-weight:normal}
.bayescript thead th{border-bottom:1px solid rgba(128,128,128,.6)}
.bayescript tbody tr:nth-child(even){background:rgba(128,128,128,.09)}
.bayescript tbody tr:hover{background:rgba(90,140,255,.16)}
.bayescript td.more{text-align:left;opacity:.7;font-style:italic}
.bayescript td.bad{background:rgba(235,70,40,.28);font-weight:600}
.bayescript td.good{background:rgba(60,170,80,.2)}
.bayescript .note{opacity:.75;font-size:.92em}
.bayescript ul.warnings{list-style:none;padding:0;margin:.4em 0}
.bayescript ul.warnings li{border-left:4px solid rgb(225,140,20);padding:.2em .7em;margin:.25em 0;
 background:rgba(225,140,20,.13)}
.bayescript details{margin:.25em 0}
.bayescript summary{cursor:pointer}
.bayescript pre{overflow:auto;max-height:30em;margin:.4em 0;padding:.5em .8em;font-size:.92em;
 line-height:1.35;border:1px solid rgba(128,128,128,.35);border-radius:4px;color:inherit;
 background:rgba(128,128,128,.06)}
.bayescript pre i{opacity:.65}
"""


def box(*parts: str) -> str:
    """The whole of what is shown of one object."""
    return f'<div class="bayescript"><style>{_STYLE}</style>{"".join(parts)}</div>'


def text(value: object) -> str:
    """Any value as text: what acts in HTML or on a page is taken out, what is long cut off."""
    shown = printable(str(value))
    return escape(shown if len(shown) <= _WIDTH else f"{shown[: _WIDTH - 1]}…")


def paragraph(*lines: str) -> str:
    """Lines that are HTML already."""
    return f"<p>{'<br>'.join(lines)}</p>"


def note(line: str) -> str:
    return f'<p class="note">{text(line)}</p>'


def details(title: str, *parts: str, open: bool = False) -> str:
    """Parts that unfold; nothing where there are none."""
    inside = "".join(parts)
    if not inside:
        return ""
    return f"<details{' open' * open}><summary>{text(title)}</summary>{inside}</details>"


def table(head: Iterable[str], rows: Iterable[str]) -> str:
    """Head and rows that are HTML already, in a frame that scrolls where it is too wide."""
    columns = "".join(head)
    top = f"<thead><tr>{columns}</tr></thead>" if columns else ""
    return f'<div class="scroll"><table>{top}<tbody>{"".join(rows)}</tbody></table></div>'


def pairs(values: Mapping[str, Any]) -> str:
    """A table of names and values; nothing where there are none."""
    if not values:
        return ""
    rows = (
        f'<tr><th class="name">{text(name)}</th><td class="text">{text(value)}</td></tr>'
        for name, value in values.items()
    )
    return table((), rows)


def warnings(found: Iterable[Diagnostic]) -> str:
    """What deserves a look, each with what to do."""
    items = "".join(
        f"<li><b>{text(one.code)}</b> {text(one.message)}"
        + (f'<br><span class="note">{text(one.help)}</span>' if one.help else "")
        + "</li>"
        for one in found
    )
    return f'<ul class="warnings">{items}</ul>' if items else ""


def spec(source: str) -> str:
    """The text of a spec: comments stand back, what begins a statement stands out."""
    lines = source.rstrip("\n").split("\n")
    shown = [_line(line) for line in lines[:_LINES]]
    if len(lines) > _LINES:
        shown.append(f"<i>… {len(lines) - _LINES} more lines</i>")
    joined = "\n".join(shown)
    return f"<pre>{joined}</pre>" if source.strip() else ""


def _line(line: str) -> str:
    # A `#` inside quotes begins no comment.
    code = re.match(r'(?:[^#"]|"[^"]*"?)*', line)
    end = code.end() if code else len(line)
    said = text(line[:end])
    said = _KEYWORD.sub(r"\1<b>\2</b>", said)
    return f"{said}<i>{text(line[end:])}</i>" if line[end:] else said
