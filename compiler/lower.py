"""Tree → IR: names resolved, plates nested, statements ordered by dependency, types checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..grammar import tree
from ..grammar.diagnostics import Diagnostic, SpecError, did_you_mean
from ..grammar.source import Source
from . import declarations, ir, order, ranges
from .distributions import Distributions, bounded, support
from .expressions import Expressions
from .indexing import index_plate
from .plates import Uncovered
from .scope import Known, Quantity, Scope, error
from .tables.constraints import CONSTRAINTS
from .tables.inference import METHODS
from .walk import names

_LATER = {
    tree.Kernel: "Gaussian processes",
    tree.Network: "networks",
    tree.Ode: "differential equations",
    tree.Generate: "`generate` blocks",
    tree.Guide: "`guide` blocks",
}


def lower(spec: tree.Spec, source: Source) -> tuple[ir.Model, tuple[Diagnostic, ...]]:
    """The model of a spec, and its warnings.

    Raises SpecError with every error found: a statement that is wrong does not hide another.
    """
    return _Lowering(source).run(spec)


class _Lowering:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.scope = Scope()
        self.found: list[Diagnostic] = []
        self.data: list[ir.Data] = []
        self.statements: list[ir.Statement] = []
        self.factors = 0

    # --- the whole ----------------------------------------------------------------------

    def run(self, spec: tree.Spec) -> tuple[ir.Model, tuple[Diagnostic, ...]]:
        of = lambda kind: [s for s in spec.statements if isinstance(s, kind)]  # noqa: E731
        for kind, what in _LATER.items():
            for node in of(kind):
                self.found.append(
                    Diagnostic(
                        "B401",
                        f"{what} are part of the language, but not of this version",
                        node.span,
                    )
                )
        plates = of(tree.Plate)
        for node in plates:
            self.attempt(node.name, lambda node=node: declarations.plate(self.scope, node))
        for node in plates:
            if node.name.name in self.scope.plates:
                self.attempt(None, lambda node=node: declarations.parents(self.scope, node))
        for block in of(tree.DataBlock):
            for line in block.declarations:
                self.attempt(
                    line.target.name,
                    lambda line=line: self.data.append(declarations.data(self.scope, line)),
                )
        for node in of(tree.Def):
            self.attempt(node.name, lambda node=node: self.define_function(node))
        self.model_statements([s for s in spec.statements if isinstance(s, order.Stated)])
        inference = self.inference(of(tree.Infer), spec)
        header = next(iter(of(tree.Header)), None)
        self.unused()
        errors = [d for d in self.found if not d.is_warning]
        if errors:
            raise SpecError(
                sorted(errors, key=lambda d: d.span.start if d.span else 0), self.source
            )
        stem = self.source.name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
        model = ir.Model(
            header.name.name if header else (stem if stem.isidentifier() else "model"),
            header.description if header else "",
            tuple(self.scope.plates.values()),
            tuple(self.data),
            tuple(self.statements),
            (),
            inference,
        )
        return model, tuple(self.found)

    def attempt(self, name: tree.Name | None, action: Callable[[], Any]) -> None:
        """Do one thing; where it is wrong, note why and go on."""
        try:
            action()
        except Uncovered as wrong:
            quantity = self.scope.quantities.get(wrong.name)
            where = self.shown_target
            self.found.append(wrong.diagnostic(where, quantity.span if quantity else None))
            self.breaks(name)
        except Known:
            self.breaks(name)
        except SpecError as wrong:
            self.found += wrong.diagnostics
            self.breaks(name)

    shown_target = "this statement"

    def breaks(self, name: tree.Name | None) -> None:
        if name is not None and name.name not in self.scope.quantities:
            self.scope.broken.add(name.name)

    def define_function(self, node: tree.Def) -> None:
        if node.name.name in self.scope.functions:
            raise error("B202", f"the function `{node.name.name}` is defined twice", node.name.span)
        self.scope.functions[node.name.name] = node

    # --- statements ---------------------------------------------------------------------

    def model_statements(self, statements: list[order.Stated]) -> None:
        given = {d.name for d in self.data}
        self.scope.broken |= given & self.scope.broken
        lets = {s.target.name.name for s in statements if isinstance(s, tree.Define) and s.local}
        observed_lets = {s.target.name.name for s in statements if isinstance(s, tree.Draw)} & lets
        try:
            sorted_statements = order.ordered(
                [
                    s
                    for s in statements
                    if not (isinstance(s, tree.Draw) and s.target.name.name in observed_lets)
                ],
                given,
                self.scope.functions,
            )
        except SpecError as wrong:
            self.found += wrong.diagnostics
            return
        late = [
            s
            for s in statements
            if isinstance(s, tree.Draw) and s.target.name.name in observed_lets
        ]
        for statement in [*sorted_statements, *late]:
            name = order.target(statement)
            self.shown_target = (
                f"`{self.source.excerpt(statement.target.span)}`"
                if statement.target
                else "this factor"
            )
            self.attempt(name, lambda statement=statement: self.statement(statement))

    def statement(self, node: order.Stated) -> None:
        match node:
            case tree.Draw():
                self.statements.append(self.draw(node))
            case tree.Define():
                self.statements.append(self.define(node))
            case tree.Param():
                self.statements.append(self.param(node))
            case tree.Factor():
                self.statements.append(self.factor(node))

    def target_dims(self, target: tree.Target) -> ir.Dims:
        dims = tuple(self.scope.dim(d) for d in target.dims or ())
        if len(set(dims)) < len(dims):
            raise error(
                "B202", "an axis is named twice", target.span, help="prime the second: `[p, p']`"
            )
        return dims

    def draw(self, node: tree.Draw) -> ir.Sample:
        value = self.scope.quantities.get(node.target.name.name)
        dims = self.target_dims(node.target)
        if value is not None:
            self.check_observed(value, node, dims)
        elif node.target.name.name in self.scope.broken:
            raise Known
        else:
            self.scope.declare(node.target.name, "a latent")
        given = node.initially is not None and node.initially.value is None
        if node.initially is not None and not given:
            raise error(
                "B401",
                "`initially` with a value begins a recursion, which this version cannot run",
                node.initially.span,
                help="`initially given` conditions on the first values of data",
            )
        if given and value is None:
            raise error(
                "B215",
                "`initially given` conditions on first values, so it needs data on the left",
                node.target.span,
            )
        context = Expressions(self.scope, dims, given)
        lowering = Distributions(context, dims, value)
        distribution = lowering.lower(node.distribution)
        if node.type is not None:
            distribution = self.restricted(distribution, node.type, dims)
        kind = distribution.kind
        if value is None and kind != "real":
            raise self.discrete_latent(node, kind)
        if value is not None:
            self.check_kind(value, distribution, node)
        else:
            self.scope.quantities[node.target.name.name] = Quantity(
                node.target.name.name,
                "latent",
                dims,
                "real",
                None,
                False,
                support(distribution),
                node.target.span,
            )
        batch = dims[: len(dims) - len(distribution.event)]
        mask = self.mask(node.where, context, batch)
        return ir.Sample(
            node.target.name.name,
            dims,
            distribution,
            support(distribution),
            value is not None,
            mask,
            span=node.span,
        )

    def check_observed(self, value: Quantity, node: tree.Draw, dims: ir.Dims) -> None:
        self.scope.used.add(value.name)
        if value.role != "data" and not value.on_data:
            raise error(
                "B202",
                f"`{value.name}` is said to be two things",
                node.target.span,
                help=f"a soft constraint is a factor: `factor {value.name} ~ …`",
            )
        if dims != value.dims:
            shown = ", ".join(map(str, value.dims))
            raise error(
                "B203",
                f"`{value.name}` has the axes [{shown}], in this order",
                node.target.span,
                help=f"write `{value.name}[{shown}]`" if value.dims else f"write `{value.name}`",
            )
        if any(isinstance(s, ir.Sample) and s.name == value.name for s in self.statements):
            raise error(
                "B202",
                f"`{value.name}` has two distributions",
                node.target.span,
                help="a second one for the same data is a factor: `factor y ~ …`",
            )

    def discrete_latent(self, node: tree.Draw, kind: ir.Kind) -> SpecError:
        name = node.target.name.name
        close = did_you_mean(name, [d.name for d in self.data])
        return error(
            "B401",
            f"`{name}` is not data, and a discrete latent cannot be sampled here",
            node.target.span,
            label="not declared under `data`",
            help=close
            or "declare it under `data`; summing out discrete latents is not part of this version",
        )

    def check_kind(self, value: Quantity, distribution: ir.Distribution, node: tree.Draw) -> None:
        """The outcome's declared type against the kind of the distribution."""
        kind, span = distribution.kind, node.distribution.span
        if kind == "index" and value.kind != "index":
            raise error(
                "B302",
                f"`{value.name}` is {_named(value)}, and a Categorical outcome is an element of a plate",
                span,
                help="declare it with the plate of its categories as its type",
            )
        if kind in ("int", "bool") and value.kind in ("real", "index"):
            word = "binary" if kind == "bool" else "count"
            raise error(
                "B302",
                f"`{value.name}` is {_named(value)}, and this distribution gives whole numbers",
                span,
                help=f"declare it `{value.name} : {word}`",
            )
        if kind == "bool" and value.kind == "int":
            raise error(
                "B302",
                f"`{value.name}` is {_named(value)}, and this distribution gives 0 or 1",
                span,
                help=f"declare it `{value.name} : binary`, or use a Binomial",
            )
        if kind == "real" and value.kind == "index":
            raise error(
                "B302", f"`{value.name}` is an element of `{value.index_plate}`, not a number", span
            )
        outcome, support_ = (
            ranges.of_support(value.support),
            ranges.of_support(support(distribution)),
        )
        if outcome.high < support_.low or outcome.low > support_.high:
            raise error(
                "B302",
                f"`{value.name}` is {_named(value)}, which this distribution never gives",
                span,
            )

    def restricted(self, base: ir.Distribution, node: tree.Type, dims: ir.Dims) -> ir.Distribution:
        lower, upper = declarations.type_bounds(self.scope, node, dims)
        if base.event or base.kind != "real":
            raise error(
                "B303", "a type restricts a continuous quantity of single numbers", node.span
            )
        inner = support(base)
        if inner.constraint != "real" and inner == bounded(lower, upper):
            return base  # it says what the distribution says
        if isinstance(base, ir.Flat):
            return ir.Flat(
                base.lower if lower is None else lower,
                base.upper if upper is None else upper,
                dims=base.dims,
                span=base.span,
            )
        if lower is None and upper is None:
            return base
        return ir.Restricted(
            base, lower, upper, False, dims=base.dims, kind=base.kind, span=base.span
        )

    def mask(self, where: tree.Expr | None, context: Expressions, batch: ir.Dims) -> ir.Expr | None:
        """Which cells count: the row filter, and what lies far enough from a sequence's start."""
        conditions: list[ir.Expr] = []
        deepest: dict[ir.Dim, ir.Known] = {}
        for known in context.known:
            if known.axis not in deepest or deepest[known.axis].depth < known.depth:
                deepest[known.axis] = known
        conditions += [self.scope.nesting.coerce(k, batch) for k in deepest.values()]
        if where is not None:
            condition = self.scope.nesting.coerce(
                Expressions(self.scope, batch).number(where), batch
            )
            if not self.on_data(condition):
                raise error(
                    "B302",
                    "a row filter depends on data alone",
                    where.span,
                    help="to mix distributions by a latent, use `where(…)` on the right side",
                )
            conditions.append(condition)
        result: ir.Expr | None = None
        for condition in conditions:
            result = (
                condition
                if result is None
                else ir.Binary(
                    "and",
                    result,
                    condition,
                    dims=self.scope.nesting.join(result.dims, condition.dims),
                    kind="bool",
                    span=condition.span,
                )
            )
        return result

    def on_data(self, node: Any) -> bool:
        return all(self.scope.quantities[n].on_data for n in names(node))

    def define(self, node: tree.Define) -> ir.Define:
        if node.initially is not None:
            raise error(
                "B401",
                "`initially` begins a recursion, which this version cannot run",
                node.initially.span,
                help="a running sum of data is `cumsum`, and `prev(x, initially = 0)` looks back at data",
            )
        if node.where is not None:
            raise error(
                "B101",
                "`where` filters the rows of an outcome; a definition has none",
                node.where.span,
                help="choose between values with `where(condition, a, b)`",
            )
        known = self.scope.quantities.get(node.target.name.name)
        if known is not None and known.role == "data":
            raise error(
                "B202",
                f"`{known.name}` is data already",
                node.target.span,
                help="give this another name",
            )
        self.scope.declare(node.target.name, "a definition")
        free = node.local and node.target.dims is None
        dims = self.target_dims(node.target)
        value = Expressions(self.scope, None if free else dims).expr(node.value)
        if free:
            dims = value.dims
        else:
            value = self.spread(self.scope.nesting.coerce(value, dims), dims)
        on_data = self.on_data(value)
        self.scope.quantities[node.target.name.name] = Quantity(
            node.target.name.name,
            "define",
            dims,
            value.kind,
            index_plate(value, self.scope) if value.kind == "index" else None,
            on_data,
            self.range_support(value),
            node.target.span,
        )
        stage: ir.Stage = "data" if on_data else "density"
        return ir.Define(
            node.target.name.name, dims, value, not node.local, stage, value.kind, span=node.span
        )

    @staticmethod
    def spread(value: ir.Expr, dims: ir.Dims) -> ir.Expr:
        """A value repeated along the axes that it lacks."""
        for dim in dims:
            if dim not in value.dims:
                value = ir.Expand(
                    value, dim, dims=(*value.dims, dim), kind=value.kind, span=value.span
                )
        return value

    def range_support(self, value: ir.Expr) -> ir.Support | None:
        """Where a definition's values lie, kept as a constraint for the checks that follow."""
        found = ranges.of(value, lambda n: ranges.of_support(self.scope.quantities[n].support))
        low = ir.Literal(found.low) if found.low > float("-inf") else None
        high = ir.Literal(found.high) if found.high < float("inf") else None
        if found.low == 0 and not found.open_low and high is None:
            return ir.Support("nonnegative")
        return bounded(low, high)

    def param(self, node: tree.Param) -> ir.Param:
        self.scope.declare(node.target.name, "a parameter")
        dims = self.target_dims(node.target)
        lower, upper = declarations.type_bounds(self.scope, node.type, dims)
        context = Expressions(self.scope, dims)
        initial = (
            None
            if node.initial is None
            else self.scope.nesting.coerce(context.number(node.initial), dims)
        )
        bounds = bounded(lower, upper)
        self.scope.quantities[node.target.name.name] = Quantity(
            node.target.name.name, "param", dims, "real", None, False, bounds, node.target.span
        )
        return ir.Param(node.target.name.name, dims, bounds, initial, node.span)

    def factor(self, node: tree.Factor) -> ir.Term:
        if node.target is not None:
            self.scope.declare(node.target.name, "a factor")
            name, dims = node.target.name.name, self.target_dims(node.target)
        else:
            self.factors += 1
            name, dims = f"factor_{self.factors}", ()
        context = Expressions(self.scope, dims if node.target else None)
        value = context.number(node.value)
        if node.target is None:
            dims = value.dims
        value = self.spread(self.scope.nesting.coerce(value, dims), dims)
        if node.distribution is not None:
            context = Expressions(self.scope, dims)
            distribution = Distributions(context, dims).lower(node.distribution)
            batch = dims[: len(dims) - len(distribution.event)]
            value, dims = ir.LogProb(distribution, value, dims=batch, span=node.span), batch
        mask = self.mask(node.where, context, dims)
        return ir.Term(name, dims, value, mask, (name,), span=node.span)

    # --- the rest -----------------------------------------------------------------------

    def inference(self, nodes: list[tree.Infer], spec: tree.Spec) -> ir.Inference:
        if len(nodes) > 1:
            self.found.append(
                Diagnostic("B202", "there are two `infer` sections", nodes[1].span, help="keep one")
            )
        if not nodes:
            return ir.Inference()
        node = nodes[0]
        method = METHODS.get(node.method.name)
        if method is None:
            self.found.append(
                Diagnostic(
                    "B402",
                    f"there is no method `{node.method.name}`",
                    node.method.span,
                    help=did_you_mean(node.method.name, METHODS)
                    or "the methods are " + ", ".join(f"`{m}`" for m in METHODS),
                )
            )
            return ir.Inference()
        settings = []
        for setting in node.settings:
            if setting.name.name not in method.settings:
                self.found.append(
                    Diagnostic(
                        "B402",
                        f"`{node.method.name}` has no setting `{setting.name.name}`",
                        setting.name.span,
                        help=did_you_mean(setting.name.name, method.settings)
                        or "its settings are " + ", ".join(f"`{s}`" for s in method.settings),
                    )
                )
                continue
            self.attempt(
                None, lambda setting=setting: settings.append(declarations.setting(setting))
            )
        self.unindented(spec, node.method.name, tuple(method.settings))
        return ir.Inference(node.method.name, tuple(settings), node.span)

    def unindented(self, spec: tree.Spec, method: str, settings: tuple[str, ...]) -> None:
        """A setting at the margin is a quantity of the model: hardly ever what was meant."""
        for statement in spec.statements:
            if isinstance(statement, tree.Define) and statement.target.name.name in settings:
                name = statement.target.name.name
                self.found.append(
                    Diagnostic(
                        "W201",
                        f"`{name}` is a quantity of the model here, not a setting of `{method}`",
                        statement.span,
                        help="indent it below `infer`",
                    )
                )

    def unused(self) -> None:
        """Data that nobody uses hides a misspelt outcome; a latent that nobody uses may be one."""
        if any(not d.is_warning for d in self.found):
            return  # a statement that was wrong would make what it uses look idle
        latents = [q for q in self.scope.quantities.values() if q.role == "latent"]
        idle = [q for q in latents if q.name not in self.scope.used]
        for datum in self.data:
            if datum.name in self.scope.used:
                continue
            close = did_you_mean(datum.name, [q.name for q in idle] + list(self.scope.broken))
            self.found.append(
                Diagnostic(
                    "B216",
                    f"`{datum.name}` is declared as data, but no statement uses it",
                    datum.span,
                    help=close or "write its distribution (`~`), use it, or remove the line",
                )
            )
        for quantity in idle:
            self.found.append(
                Diagnostic(
                    "W202",
                    f"nothing depends on `{quantity.name}`",
                    quantity.span,
                    help=did_you_mean(quantity.name, [d.name for d in self.data])
                    or "it is sampled from its prior: is that what is meant?",
                )
            )


def _named(value: Quantity) -> str:
    if value.kind == "index":
        return f"an element of `{value.index_plate}`"
    assert value.support is not None
    return CONSTRAINTS[value.support.constraint].summary
