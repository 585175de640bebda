"""What the names of a spec stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..grammar import tree
from ..grammar.diagnostics import Diagnostic, Note, SpecError, did_you_mean
from ..grammar.source import NOWHERE, Span
from . import ir
from .plates import Plates
from .tables.functions import AXIS_MAPS, FUNCTIONS, MATRIX_FUNCTIONS, REDUCTIONS

Role = Literal["data", "latent", "define", "param"]


class Known(SpecError):
    """Raised where a name's own statement was wrong already: reported there, not again."""

    def __init__(self) -> None:
        super().__init__(())


@dataclass(frozen=True, slots=True)
class Quantity:
    """A name that has values. `index_plate` is set where the values are positions in a plate."""

    name: str
    role: Role
    dims: ir.Dims
    kind: ir.Kind = "real"
    index_plate: str | None = None
    on_data: bool = False
    support: ir.Support | None = None
    span: Span = NOWHERE


@dataclass
class Scope:
    """All names of one spec, filled as it is lowered."""

    plates: dict[str, ir.Plate] = field(default_factory=dict)
    quantities: dict[str, Quantity] = field(default_factory=dict)
    functions: dict[str, tree.Def] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    declared: dict[str, Span] = field(default_factory=dict)
    current: str = ""  # the name whose statement is being lowered
    broken_functions: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)  # plates that were reported already

    def __post_init__(self) -> None:
        self.nesting = Plates(self.plates)

    def roles(self, name: str) -> list[tuple[str, ir.Parent]]:
        """The plates that have a parent in a role of this name."""
        return [
            (plate.name, parent)
            for plate in self.plates.values()
            for parent in plate.parents
            if parent.role == name
        ]

    def declare(self, name: tree.Name, what: str) -> None:
        """Take a name, once. Raises SpecError (B202) where it is taken."""
        if name.name.endswith("'"):
            raise error(
                "B202",
                "a prime marks a second axis of a plate; a name has none",
                name.span,
                help=f"write `{name.name.rstrip(chr(39))}2`",
            )
        first = self.declared.get(name.name)
        if first is not None:
            raise error(
                "B202",
                f"`{name.name}` is used for two things",
                name.span,
                label=f"{what} here",
                notes=(Note(first, "first used here"),),
                help="give one of them another name",
            )
        self.declared[name.name] = name.span

    def quantity(self, name: tree.Name) -> Quantity:
        """What a name stands for. Raises SpecError (B201) where it stands for nothing."""
        found = self.quantities.get(name.name)
        if found is not None:
            self.used.add(name.name)
            return found
        if name.name in self.broken:
            self.used.add(name.name)
            raise Known
        if name.name == self.current:
            raise error(
                "B401",
                f"`{name.name}` looks back at itself: a recursion, which this version cannot run",
                name.span,
                help="`prev` works on data; a running sum of data is `cumsum`",
            )
        known = [*self.quantities, *self.plates, *self.broken]
        help = did_you_mean(name.name, known)
        holders = [p.name for p in self.plates.values() if name.name in (p.labels or ())]
        if not help and holders:
            help = f'`{name.name}` is a label of `{holders[0]}`: write `"{name.name}"`'
        if not help and name.name in (*FUNCTIONS, *REDUCTIONS):
            help = f"`{name.name}` is a function: write `{name.name}(…)`"
        raise error(
            "B201",
            f"`{name.name}` is not known",
            name.span,
            label="not declared",
            help=help or f"declare it under `data`, or say what it is: `{name.name} ~ …`",
        )

    def plate(self, name: tree.Name) -> ir.Plate:
        """A plate by name. Raises SpecError (B204) where there is none."""
        found = self.plates.get(name.name.rstrip("'"))
        if found is not None:
            self.used.add(found.name)
            return found
        if name.name in self.missing:
            raise Known
        self.missing.add(name.name.rstrip("'"))
        help = did_you_mean(name.name, self.plates)
        if not help and self.plates:
            help = "the plates are " + ", ".join(f"`{p}`" for p in self.plates)
        raise error(
            "B204",
            f"there is no plate `{name.name}`",
            name.span,
            help=help or f"declare it: `plate {name.name}`",
        )

    def dim(self, name: tree.Name) -> ir.Dim:
        """`state'` as an axis."""
        plate = self.plate(name)
        return ir.Dim(plate.name, name.name.count("'"))

    def known_functions(self) -> Mapping[str, object]:
        return {
            **FUNCTIONS,
            **REDUCTIONS,
            **AXIS_MAPS,
            **MATRIX_FUNCTIONS,
            **self.functions,
            "where": None,
            "prev": None,
            "size": None,
        }


def error(
    code: str,
    message: str,
    span: Span,
    *,
    label: str = "",
    notes: tuple[Note, ...] = (),
    help: str = "",
) -> SpecError:
    """A SpecError of one diagnostic."""
    return SpecError(Diagnostic(code, message, span, label, notes, help))
