"""Texts as YAML scalars that the common readers of YAML, 1.1 or 1.2, take for the same text.

Quoted is what they would take for a truth value, for nothing, or for a number in base 8 or 60.
Numbers, `true` and `false` stay plain as values, since they are what they look like; so do `y` and
`n`, names too common to be quoted for the sake of the few readers that take them for truth values.
"""

from __future__ import annotations

import re

UNPRINTABLE = re.compile(
    r"[^\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff"
    r"\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""What cannot stand in YAML as it is, or would act on a terminal."""
_INDICATOR = re.compile(r"[-?:](?:\s|\Z)|[,\[\]{}#&*!|>'\"%@`]|---|\.\.\.")
_SPECIAL = re.compile(
    r"~|null|yes|no|on|off|=|<<"
    r"|[-+]?(?:\d[\d_]*:[\d:._]+|0[xob]?[\d_a-f]+|\.(?:inf|nan))",
    re.IGNORECASE,
)
_TRUTH = re.compile(r"true|false", re.IGNORECASE)
_FLOW_SAFE = re.compile(r"[^\W]([\w.'+*/^@ -]*[\w'])?")


def scalar(text: str, *, key: bool = False, flow: bool = False) -> str:
    """A text as a scalar: plain where that is safe, else in single quotes, else in double."""
    if UNPRINTABLE.search(text):
        return double_quoted(text)
    plain = (
        text != ""
        and text == text.strip(" ")
        and not _INDICATOR.match(text)
        and ": " not in text
        and " #" not in text
        and not text.endswith(":")
        and not _SPECIAL.fullmatch(text)
        and not (key and _TRUTH.fullmatch(text))
        and (not flow or _FLOW_SAFE.fullmatch(text))
    )
    return text if plain else "'" + text.replace("'", "''") + "'"


def double_quoted(text: str) -> str:
    """A text in double quotes, with escapes for what cannot stand in a file as it is."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{UNPRINTABLE.sub(_escape, escaped)}"'


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}"
