"""The twenty mistakes as a table, and the wrong programs: the right ones with their edits made."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent

FILES = {
    "bayes": "{base}.bayes",
    "stan": "{base}.stan",
    "stan_py": "{base}_stan.py",
    "numpyro": "{base}_numpyro.py",
    "csv": "{base}.csv",
}
"""The files of a right program, each under the key of its edits."""


class TableError(ValueError):
    """An edit that does not fit the program that it is made on."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: the programs it is made in, what is edited, and what we say of it."""

    name: str
    base: str
    meant: str
    verdict: str
    """What we say of it. `silent` is added where Bayescript's check says nothing."""
    edits: dict[str, list[tuple[str, str]]]
    silent: str = ""
    bayes_python: str = ""
    remedy: str = ""
    place: str = ""
    faults: int = 1
    found: str = ""
    watch: tuple[str, ...] = ()
    fine: tuple[str, ...] = ()
    """The tools in which it is no mistake."""

    def file(self, key: str) -> str:
        """The name of a file of the programs."""
        return FILES[key].format(base=self.base)

    def right(self, key: str) -> str:
        """The text of a file before the mistake."""
        return (HERE / self.base / self.file(key)).read_text(encoding="utf-8")

    def wrong(self, key: str) -> str:
        """The text of a file with the mistake in it."""
        text = self.right(key)
        for old, new in self.edits.get(key, ()):
            if old not in text:
                raise TableError(f"{self.name}: {self.file(key)} has no `{old}`")
            text = text.replace(old, new)
        return text

    def write(self, folder: Path) -> None:
        """Put all the files of the programs, with the mistake, into a folder."""
        for key in FILES:
            (folder / self.file(key)).write_text(self.wrong(key), encoding="utf-8")

    def changed(self, key: str) -> list[tuple[int, str]]:
        """The lines of a wrong file that the right one has not: number and text."""
        wrong = self.wrong(key).splitlines()
        return [
            (at + 1, wrong[at])
            for kind, start, end in self._differences(key)
            if kind != "delete"
            for at in range(start, end)
        ]

    def excerpt(self, key: str) -> list[str]:
        """The changed lines; a line that is new where it stands has its neighbours."""
        wrong = self.wrong(key).splitlines()
        found: list[str] = []
        for kind, start, end in self._differences(key):
            around = 1 if kind == "insert" else 0
            if kind != "delete":
                found += wrong[max(0, start - around) : end + around]
        return [line for line in found if line.strip("} ")]

    def _differences(self, key: str) -> list[tuple[str, int, int]]:
        """Where the wrong file differs from the right one: kind, first line, end."""
        right, wrong = self.right(key).splitlines(), self.wrong(key).splitlines()
        matcher = difflib.SequenceMatcher(None, right, wrong, autojunk=False)
        return [(kind, i, j) for kind, _, _, i, j in matcher.get_opcodes() if kind != "equal"]


def mistakes() -> list[Mistake]:
    """The table, in the order of the page."""
    rows = tomllib.loads((HERE / "mistakes.toml").read_text(encoding="utf-8"))["mistake"]
    return [_mistake(row) for row in rows]


def _mistake(row: dict[str, Any]) -> Mistake:
    edits = {key: [(old, new) for old, new in row.get(key, ())] for key in FILES}
    rest = {key: value for key, value in row.items() if key not in FILES}
    for key in ("watch", "fine"):
        rest[key] = tuple(row.get(key, ()))
    return Mistake(edits=edits, **rest)
