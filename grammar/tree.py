"""Syntax nodes, one to one with the grammar, each with its span."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from .source import NOWHERE, Span

# --- expressions -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number:
    """A number; `text` is its spelling, such as `20_000`."""

    value: float | int
    span: Span = field(default=NOWHERE, compare=False)
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class String:
    value: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    name: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class ListOf:
    items: tuple[Expr, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`-x` or `not x`."""

    operator: Literal["-", "not"]
    operand: Expr
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic, a comparison, `and`, `or` or `@`."""

    operator: str
    left: Expr
    right: Expr
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a call; `name` is set where it was given by keyword."""

    value: Expr
    name: str | None = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Axes:
    """`over a`, `over (a, b)`, `by a` or `on a` at the end of a call."""

    word: Literal["over", "by", "on"]
    names: tuple[Name, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Prior:
    """`weights ~ Normal(0, 1)` among the arguments of a call."""

    name: Name
    distribution: Expr
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Arrow:
    """`pixel -> latent` or `pixel -> (loc = latent, log_scale = latent)`."""

    source: Name
    outputs: tuple[tuple[str | None, Name], ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    function: Name
    arguments: tuple[Argument, ...] = ()
    axes: tuple[Axes, ...] = ()
    priors: tuple[Prior, ...] = ()
    arrow: Arrow | None = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Index:
    """`base[i, j]`; an argument's name is set for `base[plate = i]`."""

    base: Expr
    indices: tuple[Argument, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Field:
    """`q.loc`."""

    base: Expr
    name: Name
    span: Span = field(default=NOWHERE, compare=False)


Expr = Number | String | Name | ListOf | Unary | Binary | Call | Index | Field

# --- statements ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Target:
    """`name` or `name[plate, plate']`."""

    name: Name
    dims: tuple[Name, ...] | None = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Type:
    """`real`, `positive?`, `real(lower, upper)`, or a plate's name."""

    name: Name
    arguments: tuple[Argument, ...] = ()
    optional: bool = False
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Initially:
    """`initially e`, `initially e for 6`, or `initially given` (value None)."""

    value: Expr | None
    count: Expr | None = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Header:
    name: Name
    description: str = ""
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Role:
    """A parent of a plate; `role` and `plate` differ only where a role was named."""

    role: Name
    plate: Name


@dataclass(frozen=True, slots=True)
class Plate:
    name: Name
    domain: Expr | None = None
    last: Expr | None = None  # the 12 of `1..12`
    parents: tuple[Role, ...] = ()
    ordered: bool = False
    ordered_by: Name | None = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Data:
    target: Target
    type: Type
    default: Expr | None = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Draw:
    """`target ~ distribution`; `section` is set where YAML says which of the two it is.

    In `a, b ~ D`, `b` is one of the `others`, which are drawn from distributions of their own.
    """

    target: Target
    distribution: Expr
    type: Type | None = None
    initially: Initially | None = None
    where: Expr | None = None
    others: tuple[Target, ...] = ()
    span: Span = field(default=NOWHERE, compare=False)
    section: Literal["priors", "likelihoods"] | None = field(default=None, compare=False)

    @property
    def targets(self) -> tuple[Target, ...]:
        return self.target, *self.others


@dataclass(frozen=True, slots=True)
class Define:
    """`target = value`, or with `let`, a local name."""

    target: Target
    value: Expr
    local: bool = False
    initially: Initially | None = None
    where: Expr | None = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Param:
    target: Target
    type: Type
    initial: Expr | None = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Factor:
    """`factor e`, `factor name[dims] = e`, or `factor e ~ D`."""

    value: Expr
    target: Target | None = None
    distribution: Expr | None = None
    where: Expr | None = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Def:
    name: Name
    parameters: tuple[Name, ...]
    value: Expr
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Kernel:
    target: Target
    value: Expr
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Network:
    name: Name
    value: Expr
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Setting:
    name: Name
    value: Expr
    over: Name | None = None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Infer:
    method: Name
    settings: tuple[Setting, ...] = ()
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Rate:
    """`d(u) = rate, initially u0`."""

    target: Target
    value: Expr
    initially: Expr
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Ode:
    time: Name
    settings: tuple[Setting, ...]
    rates: tuple[Rate, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class DataBlock:
    declarations: tuple[Data, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Generate:
    statements: tuple[Draw | Define, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Guide:
    statements: tuple[Draw | Define, ...]
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Broken:
    """A statement that could not be read, and the names that it was to declare.

    `word` is the keyword with which it begins, if it begins with one.
    """

    word: str
    names: tuple[Name, ...]
    span: Span = field(default=NOWHERE, compare=False)


Statement = (
    Header | Plate | DataBlock | Draw | Define | Param | Factor | Def
    | Kernel | Network | Infer | Ode | Generate | Guide | Broken
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spec:
    """A whole spec: its statements in the order in which they were written."""

    statements: tuple[Statement, ...]

    def apart(self) -> Spec:
        """The same spec with one draw for each target."""
        return Spec(tuple(apart(self.statements)))


def apart(statements: Iterable[Any]) -> Iterator[Any]:
    """The same statements with one draw for each target; all of a statement have its span."""
    for node in statements:
        match node:
            case Draw(others=(_, *_)):
                yield from (replace(node, target=t, others=()) for t in node.targets)
            case Generate(inner) | Guide(inner):
                yield replace(node, statements=tuple(apart(inner)))
            case _:
                yield node
