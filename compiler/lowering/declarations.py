"""Plates, data and settings: the parts of a spec that declare."""

from __future__ import annotations

from ...grammar import tree
from ...grammar.diagnostics import Note, did_you_mean
from ...grammar.source import NOWHERE, Span
from .. import ir
from ..tables.constraints import DATA_TYPES
from . import elsewhere, missing
from .expressions import Expressions
from .scope import Quantity, Scope, error
from .supports import in_order
from .wording import brackets, listed, written

_MAX_LABELS = 1_000_000


def plate(scope: Scope, node: tree.Plate) -> None:
    """Take a plate's name, size and labels; its parents are tied when all plates are known."""
    scope.declare(node.name, "a plate")
    size: int | None = None
    labels: tuple[str | int, ...] | None = None
    if node.last is not None:
        labels = _interval(node)
    elif isinstance(node.domain, tree.Number) and isinstance(node.domain.value, int):
        size = node.domain.value
    elif isinstance(node.domain, tree.ListOf):
        labels = tuple(_label(item) for item in node.domain.items)
        _distinct(node.name.name, labels, node.domain)
    elif node.domain is not None:
        raise error(
            "B204",
            "a plate is a size, an interval or a list of labels",
            node.domain.span,
            help=f"`plate {node.name.name} = 3`, `= 1..12`, `= [low, high]`, or from the data: "
            f"`plate {node.name.name}`",
        )
    if node.domain is not None and (size == 0 or labels == ()):
        word = node.name.name
        raise error(
            "B204",
            f"`{word}` has no elements",
            node.domain.span,
            help=f"give it labels (`plate {word} = [low, high]`) or a size (`plate {word} = 3`), "
            f"or let the data say them: `plate {word}`",
        )
    if labels is not None and node.ordered_by is not None and node.domain is not None:
        raise error(
            "B204",
            f"the labels of `{node.name.name}` are in order already",
            node.ordered_by.span,
            notes=(Note(node.domain.span, "in this order"),),
            help=f"leave `by {node.ordered_by.name}` out, or let the labels come from the data",
        )
    scope.plates[node.name.name] = ir.Plate(
        node.name.name,
        size,
        labels,
        (),
        node.ordered,
        node.ordered_by.name if node.ordered_by else None,
        span=node.name.span,
    )


def _interval(node: tree.Plate) -> tuple[int, ...]:
    first, last = node.domain, node.last
    if not (isinstance(first, tree.Number) and isinstance(last, tree.Number)):
        raise error(
            "B204",
            "the ends of an interval are whole numbers",
            _ends(node),
            help=f"such as `plate {node.name.name} = 1..12`",
        )
    low, high = first.value, last.value
    if not (isinstance(low, int) and isinstance(high, int)) or high < low:
        whole = isinstance(low, int) and isinstance(high, int)
        raise error(
            "B204",
            "an interval runs from a whole number up to another",
            _ends(node),
            help=f"write `plate {node.name.name} = {f'{high}..{low}' if whole else '1..12'}`",
        )
    if high - low >= _MAX_LABELS:
        raise error(
            "B204",
            f"an interval of {high - low + 1} labels",
            _ends(node),
            help=f"{_MAX_LABELS} are the most; a size alone (`= {high - low + 1}`) has no limit",
        )
    return tuple(range(low, high + 1))


def _ends(node: tree.Plate) -> Span:
    """The place of an interval, `5..1`."""
    if node.domain is None or node.last is None or NOWHERE in (node.domain.span, node.last.span):
        return node.span
    return node.domain.span.to(node.last.span)


def _distinct(plate: str, labels: tuple[str | int, ...], node: tree.ListOf) -> None:
    """Raises SpecError (B202) where a list has a label twice."""
    for place, label in enumerate(labels):
        first = labels.index(label)
        if first < place:
            raise error(
                "B202",
                f"`{plate}` has the label `{label}` twice",
                node.items[place].span,
                label="again",
                notes=(Note(node.items[first].span, "first here"),),
                help="each element has a label of its own: leave one out or rename it",
            )


def _label(node: tree.Expr) -> str | int:
    match node:
        case tree.Name(name):
            return name
        case tree.String(value):
            return value
        case tree.Number(int(value)):
            return value
        case tree.Unary("-", tree.Number(int(value))):
            return -value
    raise error(
        "B204",
        "a label is a word, a string or a whole number",
        node.span,
        help='such as `[low, high]`, `["not known", known]` or `[1, 2, 5]`',
    )


def parents(scope: Scope, node: tree.Plate) -> None:
    """Tie a plate to its parents, checking that nesting has no circle."""
    found: list[ir.Parent] = []
    for place, role in enumerate(node.parents):
        parent = scope.plate(role.plate)
        name = role.role.name
        if name != parent.name:
            if name in scope.plates:
                raise error(
                    "B202",
                    f"the role `{name}` has the name of a plate",
                    role.role.span,
                    notes=scope.note(name, "the plate"),
                    help=f"give the role another name (`first_{name}: {parent.name}`), or write "
                    f"`within {name}` if that plate is the parent",
                )
            if name not in scope.declared:
                scope.declared[name] = role.role.span
        if any(p.role == name for p in found):
            raise error(
                "B202",
                f"the parent `{name}` is named twice",
                role.role.span,
                label="again",
                notes=tuple(
                    Note(r.role.span, "first here")
                    for r in node.parents[:place]
                    if r.role.name == name
                ),
                help=f"give roles: `(first: {parent.name}, second: {parent.name})`",
            )
        found.append(ir.Parent(name, parent.name))
    old = scope.plates[node.name.name]
    scope.plates[node.name.name] = ir.Plate(
        old.name, old.size, old.labels, tuple(found), old.ordered, old.ordered_by, span=old.span
    )
    circle = _circle(scope, node.name.name, node.name.name, set())
    if circle:
        scope.plates[node.name.name] = old  # without the circle, for what comes after
        links = zip(circle, [*circle[1:], node.name.name], strict=True)
        raise error(
            "B205",
            f"`{node.name.name}` is nested in itself",
            node.span,
            notes=tuple(
                Note(scope.plates[inner].span, f"within `{outer}`")
                for inner, outer in list(links)[1:]
            ),
            help="one `within` must go" if len(circle) > 1 else "leave the `within` out",
        )


def _circle(scope: Scope, start: str, goal: str, seen: set[str]) -> list[str]:
    """The plates on the way up from one to another, the first included; empty if there is none."""
    for parent in scope.plates[start].parents:
        if parent.plate == goal:
            return [start]
        if parent.plate not in seen:
            seen.add(parent.plate)
            rest = _circle(scope, parent.plate, goal, seen)
            if rest:
                return [start, *rest]
    return []


def data(scope: Scope, node: tree.Data) -> ir.Data:
    """One line of the data block."""
    name, word = node.target.name, node.type.name.name
    if name.name in scope.plates:
        raise error(
            "B202",
            f"`{name.name}` is a plate",
            name.span,
            label="data here",
            notes=scope.note(name.name, "the plate"),
            help="its labels are a column of its table already: leave the line out",
        )
    scope.declare(name, "data")
    dims = target_dims(scope, node.target)
    index_plate: str | None = None
    kind: ir.Kind
    lower = upper = None
    if word in DATA_TYPES:
        scalar, _ = DATA_TYPES[word]
        kind = scalar
        lower, upper = _bounds(scope, node.type)
    elif word in scope.plates:
        kind, index_plate = "index", scope.plate(node.type.name).name
        if node.type.arguments:
            raise error(
                "B303",
                "a plate as a type has no bounds",
                node.type.span,
                notes=scope.note(word, "the plate"),
                help=f"write `{name.name}{brackets(dims)} : {word}`",
            )
    else:
        known = [*DATA_TYPES, *scope.plates]
        raise error(
            "B303",
            f"there is no type `{word}`",
            node.type.name.span,
            help=elsewhere.called_here(word, known, elsewhere.TYPES)
            or f"numbers are {listed(DATA_TYPES)}; labels are of the plate whose elements they "
            "are: declare it, and give its name",
        )
    if node.type.optional:
        missing.check_declared(scope, node, kind)
    default = _default(node)
    support = ir.Support(DATA_TYPES[word][1]) if word in DATA_TYPES else ir.Support("category")
    scope.quantities[name.name] = Quantity(
        name.name, "data", dims, kind, index_plate, True, support, node.target.span
    )
    return ir.Data(
        name.name,
        dims,
        kind,
        word,
        index_plate,
        lower,
        upper,
        node.type.optional,
        default,
        span=node.target.span,
    )


def target_dims(scope: Scope, target: tree.Target) -> ir.Dims:
    """The axes of a left side. Raises SpecError (B202) where one is named twice."""
    names = target.dims or ()
    dims = tuple(scope.dim(d) for d in names)
    for place, dim in enumerate(dims):
        first = dims.index(dim)
        if first < place:
            primed = ir.Dim(dim.plate, max(d.prime for d in dims if d.plate == dim.plate) + 1)
            shown = brackets((*dims[:place], primed, *dims[place + 1 :]))
            raise error(
                "B202",
                "an axis is named twice",
                names[place].span,
                label="again",
                notes=(Note(names[first].span, "first here"),),
                help=f"prime the second: `{target.name.name}{shown}`",
            )
    return dims


def _bounds(scope: Scope, node: tree.Type) -> tuple[ir.Expr | None, ir.Expr | None]:
    """The bounds of `real(lower, upper)`, by position or by name."""
    found: dict[str, ir.Expr | None] = {"lower": None, "upper": None}
    for position, argument in enumerate(node.arguments):
        key = argument.name or ("lower", "upper")[min(position, 1)]
        if key not in found or position > 1:
            word = node.name.name
            more = f"there is no `{argument.name}`" if argument.name else "one bound too many"
            raise error(
                "B303",
                f"`{word}` takes `lower` and `upper`",
                argument.span,
                label=more,
                help=did_you_mean(argument.name or "", found)
                or f"write `{word}(lower, upper)`, or name one: `{word}(upper = 10)`",
            )
        found[key] = Expressions(scope, ()).number(argument.value)
    in_order(found["lower"], found["upper"], node.span)
    return found["lower"], found["upper"]


def _default(node: tree.Data) -> float | int | None:
    match node.default:
        case None:
            return None
        case tree.Number(value):
            return value
        case tree.Unary("-", tree.Number(value)):
            return -value
    raise error(
        "B303",
        "a default is a number",
        node.default.span,
        help=f"write a number, such as `= 0`: it fills the cells of `{node.target.name.name}` that "
        "are absent",
    )


def type_bounds(
    scope: Scope, node: tree.Type, covered: ir.Dims
) -> tuple[ir.Expr | None, ir.Expr | None]:
    """The bounds that a type puts on a quantity: `x : positive`, `x : real(0, 10)`."""
    word = node.name.name
    if word not in ("real", "positive", "nonnegative", "unit"):
        raise error(
            "B303",
            f"a quantity's type is real, positive, nonnegative or unit, not `{word}`",
            node.span,
            help="whole numbers and labels can be data only: declare it under `data`"
            if word in DATA_TYPES or word in scope.plates
            else elsewhere.called_here(
                word, ("real", "positive", "nonnegative", "unit"), elsewhere.TYPES
            )
            or "leave the type out where the prior says it",
        )
    lower, upper = _bounds(scope, node)
    if word in ("positive", "nonnegative", "unit") and lower is None:
        lower = ir.Literal(0.0, span=node.span)
    if word == "unit" and upper is None:
        upper = ir.Literal(1.0, span=node.span)
    coerce = scope.nesting.coerce
    return lower and coerce(lower, covered), upper and coerce(upper, covered)


def plain(node: tree.Expr) -> object:
    """A literal of a setting as a Python value: numbers, words, strings, lists, `cuda(1)`."""
    match node:
        case tree.Number(value):
            return value
        case tree.String(value):
            return value
        case tree.Name("true" | "True" | "yes"):
            return True
        case tree.Name("false" | "False" | "no"):
            return False
        case tree.Name(name):
            return name
        case tree.Unary("-", operand):
            inner = plain(operand)
            if isinstance(inner, int | float):
                return -inner
        case tree.ListOf(items):
            return [plain(item) for item in items]
        case tree.Call(function, arguments):
            inside = ", ".join(str(plain(a.value)) for a in arguments)
            return (
                f"{function.name}:{inside}"
                if function.name == "cuda"
                else f"{function.name}({inside})"
            )
    raise error(
        "B402",
        "a setting is a number, a word, a string or a list",
        node.span,
        label=f"`{written(node)}` is none of them",
        help="nothing is computed here: write the value itself, such as `4`",
    )
