"""The distributions of the catalogue as objects in NumPy, made from the rows of the table."""

from __future__ import annotations

from typing import Any

from ...compiler.tables.families import FAMILIES
from ...compiler.tables.family import Family
from .arguments import choose
from .law import Law
from .library import library_object

__all__ = ["FAMILIES", "Law", "Maker"]


class Maker:
    """Makes one distribution from its arguments, as a spec would write them.

    `backend` asks for the object of a library, `numpyro` or `pyro`, in place of ours.
    """

    def __init__(self, row: Family) -> None:
        self.row = row
        self.__name__ = row.name
        self.__doc__ = _text(row)

    def __call__(self, *positional: Any, backend: str = "", **named: Any) -> Any:
        form, values = choose(self.row, positional, named)
        if backend:
            return library_object(self.row, form, values, backend)
        return Law(self.row, form, values)

    def __repr__(self) -> str:
        return f"<distribution {self.row.name}>"


def _text(row: Family) -> str:
    """What help shows."""
    forms = (", ".join(p.name for p in form.parameters) for form in row.forms)
    calls = "\n".join(f"{row.name}({names})" for names in forms)
    return f"{row.summary[0].upper()}{row.summary[1:]}.\n\n{calls}"
