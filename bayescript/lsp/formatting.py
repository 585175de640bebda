"""The one way in which a spec is laid out."""

from __future__ import annotations

from .analysis import Analysis


def formatted(analysis: Analysis) -> str | None:
    """The text laid out anew; None where it cannot be read, and is left as it is.

    Raises SpecError where no layout keeps what the text says.
    """
    if analysis.reading.errors:
        return None
    from ..grammar.format import format_spec  # needed by none of the other questions

    text = format_spec(analysis.reading)
    return text.replace("\n", "\r\n") if "\r\n" in analysis.text.original else text
