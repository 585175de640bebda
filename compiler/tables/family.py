"""The shape of a row of the family table: what a distribution is, once, for every back-end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any, Literal

Kind = Literal["real", "int", "bool", "index"]
Over = Literal["", "rows", "columns", "own"]
Density = Callable[..., Any]
"""`log_density(x, **parameters)` in NumPy and SciPy, elementwise over the batch axes.

Event axes are the last ones, of `x` and of the parameters. Everything broadcasts.
"""


class Late:
    """A module beside this one whose functions are imported when first called.

    Checking a spec needs the rows but no density, and NumPy costs more than the check.
    """

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> LateDensity:
        return LateDensity(self._module, name)


@dataclass(frozen=True, slots=True)
class LateDensity:
    """A density by the names of its module and function."""

    module: str
    name: str

    def resolve(self) -> Density:
        found: Density = getattr(import_module(f".{self.module}", __package__), self.name)
        return found

    def __call__(self, *arguments: Any, **parameters: Any) -> Any:
        return self.resolve()(*arguments, **parameters)


@dataclass(frozen=True, slots=True)
class Written:
    """A log density that its row gives as a formula in the language; -inf outside the support."""

    formula: str
    support: str = "real"
    bounds: tuple[str | None, str | None] = (None, None)

    def __call__(self, x: Any, **parameters: Any) -> Any:
        evaluate = import_module("..reference.formulas", __package__).log_density
        return evaluate(self.formula, self.support, self.bounds, x, parameters)


@dataclass(frozen=True, slots=True)
class Parameter:
    """`constraint` is a row of the constraint table; `event` is how many last axes it consumes.

    Of a value over two axes, a matrix `over` its rows or its columns has one of them twice. `over`
    says `own` where the last axis is one that the statement does not have.
    """

    name: str
    constraint: str
    event: int = 0
    default: float | None = None
    over: Over = ""

    @property
    def optional(self) -> bool:
        return self.default is not None


@dataclass(frozen=True, slots=True)
class Target:
    """How one back-end spells a form: a distribution's name and renamed or added arguments.

    `arguments` maps our parameter to the library's; `values` are arguments of the library that are
    no parameter of ours, written in the language and in our parameters; `extra` are others, with
    the source text of their values, in which `{size}` is the length of the event axis. `helper`
    says that the name is a class printed into the program, for the library's own would not do;
    `written`, that this class is printed from the row's formulas; `needs` are other helpers that
    the class uses.
    """

    name: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    helper: bool = False
    written: bool = False
    needs: tuple[str, ...] = ()


WRITTEN = Target(helper=True, written=True)


@dataclass(frozen=True, slots=True)
class Form:
    """One parametrisation: its parameters in order, its reference density, its spelling.

    `targets` hold what a back-end spells differently from us. Of a later form, `first` says what
    the parameters of the first form are, where they are not the same. What replaces the family in a
    back-end without a target is written in the language, in `x` and the parameters: `lowering` is a
    distribution, `formula` the log density, of which programs bring a class along. With a formula
    the reference density may be left out. A formula may take several lines: each but the last
    names a value, `z = (x - loc) / scale`. Where `edges` is set, the parameters are the two ends
    of edges, for which a spec gives one argument under this name: the plate of the edges.
    """

    parameters: tuple[Parameter, ...]
    log_density: Density = Written("")
    targets: Mapping[str, Target] = field(default_factory=dict)
    first: Mapping[str, str] = field(default_factory=dict)
    lowering: str = ""
    formula: str = ""
    edges: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """A distribution.

    `support` is a row of the constraint table; `bounds` names the parameters that bound it.
    `density` is that of the first form as textbooks write it, for the catalogue; it may use `pi`,
    `phi`, `choose`, `B`, `Gamma` and `I0` besides the functions of the language.
    `event` is how many last axes a value has (Dirichlet 1, LKJCholesky 2). `positional` is how
    many leading arguments of the first form may be given without a name: those on whose order
    Stan, Pyro and NumPyro agree. `log_cdf` and `log_sf` are written in the language, in `x` and
    the parameters of the first form, in forms that keep their precision in the tail. `mean`,
    `variance` and `entropy`, where they have a closed form, may use `pi`, `euler`, `inf` and `nan`.
    `location_scale` says that `loc + scale * standard` has the same law. `quantile` is the value
    below which a share `u` lies. Where a form has a formula and the row no quantile, `draw` is a
    random value in `u`, `v`, uniform from 0 to 1, and `n`, `m`, standard normal. A `sequence`
    runs along an ordered plate.
    """

    name: str
    summary: str
    support: str
    forms: tuple[Form, ...]
    positional: int
    density: str = ""
    kind: Kind = "real"
    event: int = 0
    bounds: tuple[str | None, str | None] = (None, None)
    log_cdf: str = ""
    log_sf: str = ""
    mean: str = ""
    variance: str = ""
    entropy: str = ""
    location_scale: bool = False
    quantile: str = ""
    draw: str = ""
    sequence: bool = False

    def __post_init__(self) -> None:
        """A form without a density of its own has that of its formula, on the row's support."""
        forms = tuple(
            replace(form, log_density=Written(form.formula, self.support, self.bounds))
            if form.log_density == Written("")
            else form
            for form in self.forms
        )
        object.__setattr__(self, "forms", forms)

    @property
    def square(self) -> bool:
        """Whether a value is a matrix over two axes of one plate."""
        return self.event == 2 and self.support != "real_matrix"

    def target(self, form: Form, backend: str) -> Target | None:
        """How a back-end spells one of the forms; None where it is lowered instead."""
        if backend in form.targets:
            return form.targets[backend]
        if form.lowering:
            return None
        return WRITTEN if form.formula else Target()


def parameters(text: str) -> tuple[Parameter, ...]:
    """`"loc:real scale:positive=1"` as parameters; `loc:real/1` consumes one last axis.

    `/rows` and `/columns` are matrices over one of two axes; `/1+1` has a second axis of its own.
    """
    found = []
    for item in text.split():
        name, _, rest = item.partition(":")
        rest, _, default = rest.partition("=")
        constraint, _, event = rest.partition("/")
        number = float(default) if default else None
        if event == "rows":
            found.append(Parameter(name, constraint, 2, number, "rows"))
        elif event == "columns":
            found.append(Parameter(name, constraint, 2, number, "columns"))
        elif event.endswith("+1"):
            found.append(Parameter(name, constraint, int(event[:-2]) + 1, number, "own"))
        else:
            found.append(Parameter(name, constraint, int(event or 0), number))
    return tuple(found)


def shape(parameter: Parameter) -> str:
    """How many axes a parameter consumes, as catalogues show it: `/1`, `/rows`."""
    if parameter.over == "own":
        return f"/{parameter.event - 1}+1"
    if parameter.over:
        return f"/{parameter.over}"
    return f"/{parameter.event}" if parameter.event else ""
