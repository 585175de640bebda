"""How plates nest, and what follows for dimensions: joins, lookups, coverage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ...grammar.diagnostics import Diagnostic, Note, SpecError
from ...grammar.source import Span
from .. import ir
from ..ir.walk import rebuild, walk

Step = tuple[str, ir.Parent]
"""One step up: the child plate and which of its parents."""

_ELEMENTWISE = (ir.Unary, ir.Binary, ir.Call, ir.Where)


class Plates:
    """The plates of a model and the paths between them."""

    def __init__(self, plates: Mapping[str, ir.Plate]) -> None:
        self.plates = plates
        self._paths: dict[tuple[str, str], tuple[tuple[Step, ...], ...]] = {}

    def paths(self, child: str, ancestor: str) -> tuple[tuple[Step, ...], ...]:
        """All ways up from one plate to another, shortest first."""
        key = child, ancestor
        if key not in self._paths:
            found: list[tuple[Step, ...]] = []
            for parent in self.plates[child].parents:
                if parent.plate == ancestor:
                    found.append(((child, parent),))
                found += [((child, parent), *rest) for rest in self.paths(parent.plate, ancestor)]
            self._paths[key] = tuple(sorted(found, key=len))
        return self._paths[key]

    def join(self, *parts: ir.Dims) -> ir.Dims:
        """The union of axes; one with a descendant beside it is dropped, to be looked up."""
        union = list(dict.fromkeys(dim for dims in parts for dim in dims))
        return tuple(d for d in union if not any(self._below(other, d) for other in union))

    def _below(self, lower: ir.Dim, upper: ir.Dim) -> bool:
        return (
            not upper.prime
            and lower.plate != upper.plate
            and bool(self.paths(lower.plate, upper.plate))
        )

    def covers(self, dims: ir.Dims, dim: ir.Dim) -> bool:
        return dim in dims or any(self._below(other, dim) for other in dims)

    def parent_index(self, path: tuple[Step, ...], dim: ir.Dim, span: Span) -> ir.Expr:
        """Positions of the ancestors at the end of a path, along the axis at its start."""
        index: ir.Expr | None = None
        for child, parent in path:
            step = ir.ParentIndex(
                child, parent.role, parent.plate, dims=(ir.Dim(child),), kind="index", span=span
            )
            index = step if index is None else gather(step, ir.Dim(child), index)
        assert index is not None
        return (
            index
            if dim.prime == 0
            else ir.Reaxis(index, ir.Dim(dim.plate), dim, dims=(dim,), kind="index", span=span)
        )

    def lookup(self, dim: ir.Dim, onto: ir.Dims, span: Span, of: str = "") -> ir.Expr | None:
        """The index that takes an axis to its descendant among `onto`; None where there is none.

        `of` is the name of what is looked up, for the message where there are several ways.
        """
        below = [other for other in onto if self._below(other, dim)]
        if not below:
            return None
        paths = self.paths(below[0].plate, dim.plate)
        named = sorted({f"{s[-1][1].role}" for s in paths if s[-1][1].role != s[-1][1].plate})
        if len(below) > 1 or (len(paths) > 1 and named):
            ways = named or [str(b) for b in below]
            raise SpecError(
                Diagnostic(
                    "B206",
                    f"there are several ways to look up `{dim.plate}` here",
                    span,
                    label="which one?",
                    notes=tuple(
                        Note(self.plates[lower.plate].span, f"is within `{dim.plate}`")
                        for lower in below
                    )
                    if len(below) > 1
                    else (
                        Note(
                            self.plates[below[0].plate].span,
                            f"within `{dim.plate}` as {' and as '.join(named)}",
                        ),
                    ),
                    help="write it out: " + " or ".join(f"`{of}[{way}]`" for way in ways),
                )
            )
        return self.parent_index(paths[0], below[0], span)

    def coerce(self, node: ir.Expr, onto: ir.Dims) -> ir.Expr:
        """`node` with every axis that `onto` lacks looked up through the nesting.

        Raises SpecError (B203) where an axis is neither there nor an ancestor of what is there.
        """
        missing = [d for d in node.dims if d not in onto]
        if not missing:
            return node
        if len(node.dims) > 1 and isinstance(node, _ELEMENTWISE):
            # Looking up each operand keeps crossed effects from being spread over all pairs.
            pushed = rebuild(node, lambda child: self.coerce(child, onto))
            return replace(pushed, dims=self.join(*(c.dims for c in _operands(pushed))))
        for dim in missing:
            index = self.lookup(dim, onto, node.span, node.name if isinstance(node, ir.Ref) else "")
            if index is None:
                raise _uncovered(node, dim, onto)
            node = gather(node, dim, index)
        return node


def _operands(node: ir.Expr) -> tuple[ir.Expr, ...]:
    match node:
        case ir.Unary():
            return (node.operand,)
        case ir.Binary():
            return node.left, node.right
        case ir.Call():
            return node.arguments
        case ir.Where():
            return node.condition, node.then, node.otherwise
    raise TypeError(type(node))


def gather(base: ir.Expr, axis: ir.Dim, index: ir.Expr) -> ir.Expr:
    """`base` with `axis` replaced by the axes of `index`."""
    dims: list[ir.Dim] = []
    for dim in base.dims:
        dims += index.dims if dim == axis else (dim,)
    return ir.Gather(
        base, axis, index, dims=tuple(dict.fromkeys(dims)), kind=base.kind, span=base.span
    )


class Uncovered(SpecError):
    """An expression varies over a plate that its statement does not have."""

    def __init__(self, name: str, dim: ir.Dim, span: Span, onto: ir.Dims) -> None:
        self.name, self.dim, self.span, self.onto = name, dim, span, onto
        super().__init__(self.diagnostic("this expression", None))

    def diagnostic(self, target: str, declared: Span | None) -> Diagnostic:
        """The message, once it is known whose statement it is and where the name was declared."""
        what = f"`{self.name}`" if self.name else "this"
        child = self.onto[-1].plate if self.onto else "child"
        return Diagnostic(
            "B203",
            f"{what} varies over {self.dim}, which {target} does not have",
            self.span,
            label=f"has dimension [{self.dim}]",
            notes=(Note(declared, "declared here"),) if declared else (),
            help=(
                f"nest the plate (`plate {child} within {self.dim.plate}`), "
                if self.onto
                else f"give {target} the axis (`{target.strip('`')}[{self.dim}]`), "
                if target.startswith("`")
                else ""
            )
            + f"index it (`{self.name or 'x'}[…]`), or "
            f"reduce it (`sum({self.name or 'x'}, over {self.dim})`)",
        )


def _uncovered(node: ir.Expr, dim: ir.Dim, onto: ir.Dims) -> Uncovered:
    for inner in walk(node):
        if isinstance(inner, ir.Ref) and dim in inner.dims:
            return Uncovered(inner.name, dim, inner.span, onto)
    return Uncovered("", dim, node.span, onto)
