"""A spec as written, on either surface → what reading it gives."""

from __future__ import annotations

from .parse import read_text
from .reading import Reading
from .source import Source


def read(source: Source) -> Reading:
    """All of a spec that can be read, and everything that is wrong with the rest."""
    if source.surface == "yaml":
        from .yaml.spec import read_yaml  # needs a YAML reader, which most specs do not

        return read_yaml(source)
    return read_text(source)
