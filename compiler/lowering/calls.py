"""What is wrong with a call, or with a list: messages that need to know much of the spec."""

from __future__ import annotations

from collections.abc import Sequence

from ...grammar import tree
from ...grammar.diagnostics import Note, SpecError, did_you_mean
from ...grammar.source import Span
from .. import ir
from ..tables.families import FAMILIES
from ..tables.functions import AXIS_MAPS, FUNCTIONS, REDUCTIONS
from ..tables.matrix_functions import MATRIX_FUNCTIONS
from . import elsewhere
from .scope import Known, Scope, error
from .wording import written

_FORMS = {"where": "where(condition, a, b)", "size": "size(plate)"}
_AXES_WORDS = ("axis", "axes", "dim", "dims", "over")


def form(scope: Scope, name: str) -> str:
    """How a function is called: `hill(x, k, n)`."""
    if name in scope.functions:
        return f"{name}({', '.join(p.name for p in scope.functions[name].parameters)})"
    if name in REDUCTIONS or name in AXIS_MAPS:
        return f"{name}(x, over plate)"
    if name in FUNCTIONS:
        return f"{name}({', '.join('xyz'[: FUNCTIONS[name].arity])})"
    if name in MATRIX_FUNCTIONS:
        letters = {"matrix": "S", "vector": "v"}
        return f"{name}({', '.join(letters[takes] for takes in MATRIX_FUNCTIONS[name].takes)})"
    return _FORMS.get(name, f"{name}(…)")


def unknown_function(scope: Scope, node: tree.Call) -> SpecError:
    """Why a call that is no function of the language or of the spec stands for nothing."""
    name = node.function
    if name.name in scope.broken_functions or name.name in scope.broken:
        return Known()
    if name.name in FAMILIES or (did_you_mean(name.name, FAMILIES) and name.name[0].isupper()):
        return error(
            "B302",
            f"`{name.name}` is a distribution, not a number",
            name.span,
            help=f"distributions stand after `~`: write `z ~ {written(node)}`, and `z` here",
        )
    known = scope.known_functions()
    help = elsewhere.called_here(name.name, known, elsewhere.FUNCTIONS)
    inside = ", ".join(written(a.value) for a in node.arguments)
    notes: tuple[Note, ...] = ()
    if name.name in scope.quantities:
        notes = scope.note(name.name)
        help = f"`{name.name}` is a quantity: "
        if scope.quantities[name.name].dims:
            help += f"index it with brackets, `{name.name}[{inside}]`"
        else:
            help += f"to multiply, write `{name.name} * ({inside})`"
    elif name.name in ("pow", "power"):
        help = "powers are written `x^2`"
    elif name.name in ("dot", "matmul") and len(node.arguments) == 2:
        help = f"write `{' @ '.join(written(a.value) for a in node.arguments)}`"
    return error(
        "B210",
        f"there is no function `{name.name}`",
        name.span,
        notes=notes,
        help=help or f"define it (`def {name.name}(x) = …`), or look for it in the catalogue",
    )


def no_keyword(scope: Scope, node: tree.Call, argument: tree.Argument) -> SpecError:
    """An argument by name, of a function that takes none."""
    name, word = node.function.name, str(argument.name)
    others = ", ".join(written(a.value) for a in node.arguments if a.name is None)
    value = written(argument.value)
    if word in _AXES_WORDS and (name in REDUCTIONS or name in AXIS_MAPS):
        help = f"write `{name}({others or 'x'}, over {value})`"
    else:
        values = ", ".join(written(a.value) for a in node.arguments)
        help = f"give it by position: `{name}({values})`"
    message = f"`{name}` has no argument `{word}`"
    return error("B212", message, argument.span, notes=_defined(scope, name), help=help)


def wrong_number(scope: Scope, node: tree.Call, least: int, most: int) -> SpecError:
    """A call with too few arguments, or too many."""
    name = node.function.name
    wanted = f"{least}" if least == most else f"{least} to {most}"
    plural = "" if wanted == "1" else "s"
    help = f"write `{form(scope, name)}`"
    if name in ("min", "max"):
        help = f"`{name}(x, over plate)` reduces, and `{name}(a, b)` is the one of two: of three, "
        help += f"write `{name}(a, {name}(b, c))`"
    return error(
        "B212",
        f"`{name}` takes {wanted} argument{plural}, not {len(node.arguments)}",
        node.span,
        notes=_defined(scope, name),
        help=help,
    )


def _defined(scope: Scope, name: str) -> tuple[Note, ...]:
    return scope.note(name, "defined here") if name in scope.functions else ()


def refuse(node: tree.Call, axes: bool) -> None:
    """Raises SpecError (B212) for what a call may not have: axes, priors, outputs of a network."""
    name = node.function.name
    message = f"this does not belong to `{name}`"
    for prior in node.priors:
        help = f"a prior is a statement of its own: `{prior.name.name} ~ "
        help += f"{written(prior.distribution)}`"
        raise error("B212", message, prior.span, help=help)
    for one in () if axes else node.axes:
        help = f"`{name}` works element by element: leave `{one.word}` out, or reduce with `sum`"
        if name[0].isupper():
            help = "leave it out: a distribution has the axes of the left side of its `~`"
        raise error("B212", message, one.span, help=help)
    if node.arrow:
        help = "arrows are of networks, which are not part of this version: leave it out"
        raise error("B212", message, node.arrow.span, help=help)


def misfit(
    scope: Scope, covered: ir.Dims, candidates: Sequence[ir.Dim], count: int, span: Span
) -> SpecError:
    """A list that has no axis to lie along, or several."""
    sizes = f"{len(candidates)} axes" if candidates else "no axis"
    of = candidates or covered
    plates = list(dict.fromkeys(d.plate for d in of))
    notes = tuple(n for p in plates for n in scope.note(p, _elements(scope.plates[p])))
    if candidates:
        help = f"give the list a name over one of them: `w[{plates[0]}] = […]`, and use `w` here"
    elif covered:
        help = f"give one number for each element, or declare `plate {plates[-1]} = {count}`"
    else:
        help = f"the left side has no axis: give it one, such as `x[p]` with `plate p = {count}`"
    message = f"a list of {count} fits {sizes} of this statement"
    return error("B213", message, span, notes=notes, help=help)


def _elements(plate: ir.Plate) -> str:
    size = plate.size if plate.labels is None else len(plate.labels)
    return "as many elements as the data have" if size is None else f"{size} elements"
