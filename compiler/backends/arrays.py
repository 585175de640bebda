"""Prints what moves axes: gathers, contractions, groups, matrices and shifts."""

from __future__ import annotations

from .. import ir
from ..tables.functions import path
from ..tables.matrix_functions import MATRIX_FUNCTIONS
from .code import PRECEDENCE, Code, floating, reordered
from .printing import Printed, Printer


def _axis(axes: ir.Dims, dim: ir.Dim) -> int:
    place = axes.index(dim)
    return -1 if place == len(axes) - 1 else place


# --- gathers -------------------------------------------------------------------------------


def gather(printer: Printer, node: ir.Gather) -> Printed:
    """A chain of gathers as one indexing operation: `c[voter_age, voter_edu]`.

    The chain ends where one gives an axis that another takes: `a[state_region][voter_state]`.
    """
    indices = {node.axis: node.index}
    base = node.base
    while isinstance(base, ir.Gather) and indices.keys().isdisjoint(base.index.dims):
        indices[base.axis] = base.index
        base = base.base
    code, axes = printer.full(base)
    common = tuple(dict.fromkeys(d for index in indices.values() for d in index.dims))
    items = [printer.aligned(indices[d], common).text if d in indices else ":" for d in axes]
    result = _indexed_axes(printer, axes, indices, common)
    while items and items[-1] == ":":
        items.pop()
    return Code(f"{code.atom}[{', '.join(items)}]"), result


def _indexed_axes(
    printer: Printer, axes: ir.Dims, indices: dict[ir.Dim, ir.Expr], common: ir.Dims
) -> ir.Dims:
    """NumPy's rule: axes of index arrays stand where these were, or first if they were apart.

    Strict libraries take out axes with a single index first, NumPy counts them among the arrays.
    """
    if printer.library.strict:
        axes = tuple(d for d in axes if d not in indices or indices[d].dims)
    places = [k for k, d in enumerate(axes) if d in indices]
    rest = [d for k, d in enumerate(axes) if k not in places]
    if not common:
        return tuple(rest)
    if places[-1] - places[0] == len(places) - 1:
        return (*rest[: places[0]], *common, *rest[places[0] :])
    return (*common, *rest)


# --- products ------------------------------------------------------------------------------


def contract(printer: Printer, node: ir.Contract) -> Printed:
    """`x @ beta` where that says it, `einsum` where it does not."""
    left, left_axes = printer.full_numeric(node.left)
    right, right_axes = printer.full_numeric(node.right)
    a, b = node.left_axis, node.right_axis
    shared = [d for d in left_axes if d != a and d in right_axes and d != b]
    if not shared and len(left_axes) <= 2 and len(right_axes) <= 2:
        left_order = (*(d for d in left_axes if d != a), a)
        right_order = (b, *(d for d in right_axes if d != b))
        one = reordered(left, left_axes, left_order, printer.call).at_least(PRECEDENCE["@"])
        two = reordered(right, right_axes, right_order, printer.call).at_least(PRECEDENCE["@"] + 1)
        return Code(f"{one} @ {two}", PRECEDENCE["@"]), (*left_order[:-1], *right_order[1:])
    return _einsum(printer, node, (left, left_axes), (right, right_axes))


def _einsum(printer: Printer, node: ir.Contract, left: Printed, right: Printed) -> Printed:
    letters: dict[object, str] = {}

    def letter(dim: ir.Dim, side: ir.Dim) -> str:
        key: object = "summed" if dim == side else dim
        return letters.setdefault(key, "ijklmnopqrst"[len(letters)])

    one = "".join(letter(d, node.left_axis) for d in left[1])
    two = "".join(letter(d, node.right_axis) for d in right[1])
    out = "".join(letters[d] for d in node.dims)
    text = f'{printer.call("einsum")}("{one},{two}->{out}", {left[0].text}, {right[0].text})'
    return Code(text), node.dims


def matrix(printer: Printer, node: ir.MatrixCall) -> Printed:
    """A function of the last two axes."""
    row = MATRIX_FUNCTIONS[node.function]
    name = path(row, printer.library.name)
    if not name.startswith("."):
        name = printer.imports.name(name)
    first, second = node.axes
    event = {"matrix": (first, second), "vector": (first,), "scalar": ()}
    batch = node.dims[: len(node.dims) - len(event[row.gives])]
    codes = []
    for argument, takes in zip(node.arguments, row.takes, strict=True):
        layout = (*(d for d in batch if d in argument.dims), *event[takes])
        codes.append(printer.aligned(argument, layout))
    printed = [code.text for code in codes]
    last_two = ", ".join(
        f"{printer.library.keywords.get(f'axis{k}', f'axis{k}')}={k - 3}" for k in (1, 2)
    )
    match node.function:
        case "log_det":
            return Code(f"{name}({printed[0]})[1]"), node.dims
        case "trace" if batch:
            diagonal = printer.imports.name(
                path(MATRIX_FUNCTIONS["diagonal"], printer.library.name)
            )
            return Code(f"{diagonal}({printed[0]}, {last_two}).sum(-1)"), node.dims
        case "diagonal" if batch:
            return Code(f"{name}({printed[0]}, {last_two})"), node.dims
        case "transpose" if name.startswith("."):
            return Code(codes[0].atom + name), node.dims
        case "diag_matrix" if batch and not printer.library.strict:
            size = printer.world.size(first.plate)
            return Code(
                f"{printed[0]}[..., None] * {printer.call('eye')}({size})", PRECEDENCE["*"]
            ), node.dims
        case "solve" if batch:
            return Code(f"{name}({printed[0]}, {printed[1]}[..., None])[..., 0]"), node.dims
        case _:
            return Code(f"{name}({', '.join(printed)})"), node.dims


def triangle(printer: Printer, node: ir.Triangle) -> Code:
    """The triangle of a QR decomposition; the data stage alone has any."""
    shown = []
    for column in node.columns:
        more = tuple(d for d in column.dims if d != node.axis)
        shown.append(printer.array(column, (node.axis, *more)).text)
    stacked = f"{printer.call('column_stack')}([{', '.join(shown)}])"
    return Code(f'{printer.imports.name("numpy.linalg.qr")}({stacked}, mode="r")')


def columns(printer: Printer, node: ir.Columns) -> Printed:
    """Some columns of a matrix, of which the last axis is cut."""
    code, axes = printer.full(node.base)
    sizes = [printer.world.size(dim.plate) for dim in node.parts[: node.part + 1]]
    start, stop = (" + ".join(sizes[: node.part + k]) for k in (0, 1))
    if node.part == len(node.parts) - 1:
        stop = ""
    mark = " : " if " " in start + stop and start and stop else ":"
    return Code(f"{code.atom}[:, {start}{mark}{stop}]"), (*axes[:-1], node.parts[node.part])


# --- groups --------------------------------------------------------------------------------


def group_reduce(printer: Printer, node: ir.GroupReduce) -> Printed:
    """By group: NumPy's helper for data, the library's own operations for what is sampled."""
    groups = node.dims[: len(node.groups)]
    rest = tuple(d for d in node.operand.dims if d != node.axis)
    operand = printer.array(node.operand, (node.axis, *rest))
    indices = [printer.text(g) for g in node.groups]
    sizes = [printer.world.size(g.plate) for g in groups]
    comma = "," if len(sizes) == 1 else ""
    arguments = f"({', '.join(indices)}{comma}), ({', '.join(sizes)}{comma})"
    if printer.library.name == "numpy":
        name = printer.world.helper("by_group")
        extra = ", ddof=1" if node.operation in ("sd", "var") else ""
        function = {"sd": "std"}.get(node.operation, node.operation)
        return Code(f"{name}({printer.call(function)}, {operand.text}, {arguments}{extra})"), (
            *groups,
            *rest,
        )
    name = printer.world.helper("over_groups")
    return Code(f'{name}("{node.operation}", {operand.text}, {arguments})'), (*groups, *rest)


# --- sequences -----------------------------------------------------------------------------


def shift(printer: Printer, node: ir.Shift | ir.Lags | ir.Known) -> Printed:
    groups = [printer.text(g) for g in node.groups]
    group = f", groups=({', '.join(groups)}{',' if len(groups) == 1 else ''})" if groups else ""
    if isinstance(node, ir.Known):
        size = printer.world.size(node.axis.plate)
        if not groups:
            return Code(
                f"{printer.call('arange')}({size}) >= {node.depth}", PRECEDENCE[">="]
            ), node.dims
        return Code(f"{printer.world.helper('known')}({size}, {node.depth}{group})"), node.dims
    code, axes = printer.full_numeric(node.operand)
    # Masked cells keep the data of their own place: that is valid, also inside a logarithm.
    initial = "" if node.initial is None else f", {printer.aligned(node.initial, axes).text}"
    place = _axis(axes, node.axis)
    where = "" if len(axes) == 1 else f", axis={place}"
    if isinstance(node, ir.Shift):
        text = f"{printer.world.helper('shift')}({code.text}, {node.lag}{initial}{where}{group})"
        return Code(text), axes
    labels = printer.world.labels(node.lags.plate)
    text = f"{printer.world.helper('lagged')}({code.text}, {labels}{initial}{where}{group})"
    return Code(text), (*axes, node.lags)


def labels(printer: Printer, plate: str) -> str:
    """A plate's labels as an array."""
    told = printer.world.labels(plate)
    if isinstance(told, range):
        start = f"{told.start}, " if told.start else ""
        return f"{printer.call('arange')}({start}{told.stop})"
    return told if isinstance(told, str) else f"{printer.call('array')}({told})"


# --- axes made longer or shorter -----------------------------------------------------------


def expand(printer: Printer, node: ir.Expand) -> Printed:
    """One more axis, last."""
    size = printer.world.size(node.axis.plate)
    base = node.base
    if isinstance(base, ir.Literal):
        if base.value in (0, 1):
            return Code(
                f"{printer.call('zeros' if base.value == 0 else 'ones')}({size})"
            ), node.dims
        shape = f"({size},)" if printer.library.strict else size
        return Code(f"{printer.call('full')}({shape}, {floating(base.value)})"), node.dims
    code, axes = printer.full(base)
    ones = f"{printer.call('ones')}({size})"
    if axes:
        return Code(f"{code.atom}[..., None] * {ones}", PRECEDENCE["*"]), (*axes, node.axis)
    return Code(f"{code.at_least(PRECEDENCE['*'])} * {ones}", PRECEDENCE["*"]), (node.axis,)


def insert_or_drop(printer: Printer, node: ir.Insert | ir.Drop) -> Printed:
    code, axes = printer.full(node.base)
    position = printer.text(node.position)
    if isinstance(node, ir.Insert):
        axis = _axis(axes, node.free)
        value = printer.text(node.value)
        text = f"{printer.call('insert')}({code.text}, {position}, {value}, {printer.along(axis)})"
        return Code(text), tuple(node.axis if d == node.free else d for d in axes)
    axis = _axis(axes, node.axis)
    text = f"{printer.call('delete')}({code.text}, {position}, {printer.along(axis)})"
    return Code(text), tuple(node.free if d == node.axis else d for d in axes)


def fill(printer: Printer, node: ir.Fill) -> Code:
    """Values put into some cells; positions count the cells one by one."""
    base, at, values = (printer.full(e)[0].text for e in (node.base, node.positions, node.values))
    several = len(node.base.dims) > 1
    flat = f"{base}.{'flatten' if printer.library.strict else 'ravel'}()" if several else base
    if printer.library.strict:
        text = f"{flat}.index_put(({at},), {values})"
    else:
        text = f"{flat}.at[{at}].set({values})"
    return Code(f"{text}.reshape({base}.shape)" if several else text)
