"""The documents that are open in an editor."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import unquote, urlparse

from .analysis import Analysis, surface_of
from .places import Position, Text, Units


class Document:
    """One open document. Its analysis is made when it is first asked for after a change."""

    def __init__(self, uri: str, version: int, language: str, text: Text) -> None:
        self.name = PurePosixPath(unquote(urlparse(uri).path)).name or "<spec>"
        self.version = version
        self.language = language
        self.text = text
        self._analysis: Analysis | None = None
        self._fresh = False

    @property
    def analysis(self) -> Analysis | None:
        """What is known of the document as it is now; None where it is no spec."""
        if not self._fresh:
            surface = surface_of(self.name, self.language, self.text.original)
            self._analysis = (
                Analysis(self.text, self.name, surface, self._analysis) if surface else None
            )
            self._fresh = True
        return self._analysis

    def change(self, version: int, span: tuple[Position, Position] | None, text: str) -> None:
        """Replace the text between two places, or the whole of it."""
        if span is None:
            self.text = Text(text, self.text.units)
        else:
            self.text = self.text.changed(*span, text)
        self.version = version
        self._fresh = False


class Documents:
    """All open documents by their addresses."""

    def __init__(self) -> None:
        self._open: dict[str, Document] = {}

    def open(self, uri: str, version: int, language: str, text: str, units: Units) -> None:
        self._open[uri] = Document(uri, version, language, Text(text, units))

    def change(
        self, uri: str, version: int, span: tuple[Position, Position] | None, text: str
    ) -> None:
        document = self._open.get(uri)
        if document is not None:
            document.change(version, span, text)

    def close(self, uri: str) -> None:
        self._open.pop(uri, None)

    def get(self, uri: str) -> Document | None:
        return self._open.get(uri)
