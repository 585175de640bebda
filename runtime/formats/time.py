"""ISO dates and times: which text is one, when it is, and why other text is none."""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

import numpy as np

from ..binding.tables import Array

Zone = Literal["none", "given"]

# Fractions of a microsecond make text a label like any other: they would be lost.
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,6})0*)?)?(Z|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})([T ].*)?", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})([T ,].*)?", re.ASCII)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WORDS = re.compile(
    rf"\d{{1,2}}\.?[ -]({'|'.join(_MONTHS)})[a-z]*\.?[ ,-]+\d{{2,4}}"
    rf"|({'|'.join(_MONTHS)})[a-z]*\.? \d{{1,2}},? +\d{{4}}",
    re.ASCII | re.IGNORECASE,
)
_EPOCH = datetime(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)
_PLAIN = frozenset({10, 19, 26})  # lengths of text that NumPy reads just as `moment` does
_UNITS = (("D", 86_400_000_000), ("s", 1_000_000), ("us", 1))


def moment(text: str) -> int | None:
    """Microseconds since 1970 of an ISO date, or date and time; None where it is none.

    What has a time zone is taken to UTC.
    """
    # The usual text that is no date must be told fast.
    if len(text) < 10 or text[4] != "-" or text[7] != "-":
        return None
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        when = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0)
        )
        if zone:
            when = datetime.fromisoformat(f"{when.isoformat()}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    passed = (when.replace(tzinfo=None) - _EPOCH) // _MICROSECOND
    return passed + int((fraction or "0").ljust(6, "0"))


def moments_of(texts: Sequence[object]) -> list[int] | None:
    """All texts as `moment` reads them; None where any of them is no date."""
    if set(map(type, texts)) != {str} or moment(str(texts[0])) is None:
        return None
    words = list(map(str, texts))
    if set(map(len, words)) <= _PLAIN and "+" not in (whole := "".join(words)):
        dashes = whole.count("-") == 2 * len(words)
        if dashes and all(word[4] == "-" for word in words):
            try:
                return list(passed(np.array(words, "datetime64")).tolist())
            except ValueError:
                return None
    found = [moment(word) for word in words]
    return None if None in found else [when for when in found if when is not None]


def zone_of(text: str) -> Zone:
    """Whether an ISO time says in which zone it is; a date alone does not."""
    found = _ISO.fullmatch(text)
    return "given" if found is not None and found[8] else "none"


def moments(passed: Iterable[int]) -> Array:
    """Microseconds since 1970 as datetime64: in days where all are, else seconds or less."""
    whole = np.fromiter(passed, np.int64)
    unit, size = next((unit, size) for unit, size in _UNITS if not (whole % size).any())
    return (whole // size).astype(f"datetime64[{unit}]")


def passed(values: Array) -> Array:
    """datetime64 values as microseconds since 1970."""
    found: Array = values.astype("datetime64[us]").astype(np.int64)
    return found


def texts_of(values: Array) -> list[str]:
    """datetime64 values as ISO text, no longer than it must be; none of them is NaT."""
    for unit, _ in _UNITS:
        shortest = values.astype(f"datetime64[{unit}]")
        if (shortest == values).all():
            return list(np.datetime_as_string(shortest).tolist())
    return list(np.datetime_as_string(values).tolist())


# --- what is no date -------------------------------------------------------------------------


def is_like(text: str) -> bool:
    """Whether text is meant as a date, well formed or not."""
    parts = _parts(text)
    return parts is not None or _WORDS.fullmatch(text) is not None


def why_not(text: str) -> str:
    """What is wrong with text that is meant as a date; empty where it is not, or is one."""
    if not is_like(text) or moment(text) is not None:
        return ""
    found = _YEAR_FIRST.fullmatch(text)
    if found is None:
        return "is no ISO date"
    year, month, day, rest = int(found[1]), int(found[2]), int(found[3]), found[4]
    if not 1 <= month <= 12:
        return f"there is no month {month}"
    if not year:
        return "there is no year 0"
    if not 1 <= day <= monthrange(year, month)[1]:
        if month != 2:
            return f"{month_name[month]} has {monthrange(year, month)[1]} days"
        return f"February {year} has {monthrange(year, month)[1]} days"
    whole = f"{year:04}-{month:02}-{day:02}"
    return "there is no such time" if rest and text.startswith(whole) else "is no ISO date"


def remedy(texts: list[str]) -> str:
    """What to do about dates that are none: correct them, or write them as ISO does."""
    other = [text for text in texts if why_not(text) in ("is no ISO date", "")]
    if not other:
        return "correct the date" if len(texts) == 1 else "correct the dates"
    text = other[0]
    parts = _parts(text)
    told = "write dates as ISO does, year-month-day"
    if parts is None:
        return f"{told}: `2024-01-31`"
    year, readings = parts
    shown = [f"`{year:04}-{month:02}-{day:02}`" for month, day in readings]
    if not shown:
        return f"{told}: `2024-01-31`"
    either = ", whichever is meant" if len(shown) > 1 else ""
    return f"{told}: {' or '.join(shown)}{either}"


def _parts(text: str) -> tuple[int, list[tuple[int, int]]] | None:
    """The year of a date, and what month and day may be."""
    found = _YEAR_FIRST.fullmatch(text)
    if found is not None:
        pairs = [(int(found[2]), int(found[3]))]
        year = int(found[1])
    else:
        found = _YEAR_LAST.fullmatch(text)
        if found is None:
            return None
        year, one, two = int(found[3]), int(found[1]), int(found[2])
        pairs = [(two, one), (one, two)] if one != two else [(one, two)]
    there = [(m, d) for m, d in pairs if year and 1 <= m <= 12 and 1 <= d <= monthrange(year, m)[1]]
    return year, there
