"""Zero-inflated distributions and hurdles: more zeros, or fewer, than a distribution gives."""

from __future__ import annotations

from ....grammar import tree
from ... import ir
from ...tables.family import Parameter
from .. import ranges
from ..scope import error
from ..supports import support
from .inside import Inside, gives, proper, unknown_argument

INFLATED = ("ZeroInflated", "Hurdle")

_FORMS = {
    "ZeroInflated": "write `ZeroInflated(Poisson(rate), p)` or `ZeroInflated(Poisson(rate), "
    "logits = …)`",
    "Hurdle": "write `Hurdle(Poisson(rate), p)` or `Hurdle(Poisson(rate), logits = …)`",
}
_PROB = Parameter("prob", "unit")


def inflated(inside: Inside, node: tree.Call) -> ir.ZeroInflated | ir.Hurdle:
    """`ZeroInflated(D, p)` and `Hurdle(D, p)`, where `p` is the chance of a 0 that is not D's."""
    name = node.function.name
    keywords = {a.name: a for a in node.arguments if a.name}
    plain = [a.value for a in node.arguments if a.name is None]
    for keyword in keywords.values():
        if keyword.name not in ("prob", "logits"):
            raise unknown_argument(name, keyword, ["prob", "logits"])
    chances = [*plain[1:], *(a.value for a in keywords.values())]
    if not plain or len(chances) != 1:
        raise error(
            "B212",
            f"`{name}` takes a distribution and one chance of 0",
            node.span,
            label="more than one chance" if len(chances) > 1 else "",
            help=_FORMS[name],
        )
    base = proper(inside, plain[0], name)
    _check_base(name, base, plain[0])
    logits = "logits" in keywords
    prob = inside.scope.nesting.coerce(inside.context.number(chances[0]), inside.dims)
    if not logits:
        inside.check_range(prob, _PROB, name, True)
    kind = ir.ZeroInflated if name == "ZeroInflated" else ir.Hurdle
    return kind(base, prob, logits, dims=inside.dims, kind=base.kind, span=node.span)


def _check_base(name: str, base: ir.Distribution, node: tree.Expr) -> None:
    """Raises SpecError (B214) where more zeros, or fewer, make no sense."""
    whole = base.kind in ("int", "bool")
    if base.event or base.kind == "index":
        message, help = f"`{name}` takes a distribution of single numbers", _FORMS[name]
        raise error("B214", message, node.span, gives(base), help=help)
    if name == "ZeroInflated" and not whole:
        raise error(
            "B214",
            "`ZeroInflated` takes a distribution of counts, which may be 0 itself",
            node.span,
            label="never gives exactly 0",
            help="where every 0 is one of the added ones, it is a hurdle: `Hurdle(…, p)`",
        )
    if not whole and (ranges.of_support(support(base)).low < 0 or isinstance(base, ir.Hurdle)):
        raise error(
            "B214",
            "`Hurdle` takes a distribution of counts, or of positive numbers",
            node.span,
            label="has a hurdle already" if isinstance(base, ir.Hurdle) else "may be below 0",
            help="take one such as `Gamma(2, 1)` or `LogNormal(0, 1)`, or one that is "
            "`Truncated(…, lower = 0)`",
        )
