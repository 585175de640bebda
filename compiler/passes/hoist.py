"""What depends on data alone is computed once, before sampling, not at every gradient."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from .. import ir
from ..ir.walk import names, rebuild, walk

_COSTLY = (
    ir.Call,
    ir.Reduce,
    ir.GroupReduce,
    ir.AxisMap,
    ir.Contract,
    ir.MatrixCall,
    ir.Shift,
    ir.Lags,
    ir.Known,
    ir.Gather,
    ir.Labels,
    ir.Vector,
)


def hoist_data(model: ir.Model, backend: str) -> ir.Model:
    """Every largest subexpression on data alone that costs something gets a name of its own."""
    return _Hoist(model).run()


class _Hoist:
    def __init__(self, model: ir.Model) -> None:
        self.model = model
        # In a prediction the draws of a fit are data, too, but they differ from draw to draw.
        self.on_data = {d.name for d in model.data if d.type != "draw"}
        stated = (*model.statements, *model.generated, *model.guide)
        self.taken = self.on_data | {s.name for s in stated} | {p.name for p in model.plates}
        self.found: dict[ir.Expr, str] = {}
        self.new: list[ir.Define] = []

    def run(self) -> ir.Model:
        before: list[ir.Statement] = []
        after: list[ir.Statement] = []
        for statement in self.model.statements:
            if isinstance(statement, ir.Define) and statement.stage == "data":
                self.on_data.add(statement.name)
                before.append(statement)
            else:
                after.append(rebuild(statement, self.visit))
        generated = tuple(rebuild(s, self.visit) for s in self.model.generated)
        guide = tuple(rebuild(s, self.visit) for s in self.model.guide)
        statements = (*before, *self.new, *after)
        return replace(self.model, statements=statements, generated=generated, guide=guide)

    def visit(self, node: Any) -> Any:
        if isinstance(node, ir.Expr) and self.worth(node):
            return self.named(node)
        return rebuild(node, self.visit)

    def worth(self, node: ir.Expr) -> bool:
        used = names(node)
        if isinstance(
            node, ir.Literal | ir.Ref | ir.ParentIndex | ir.Position | ir.Positions | ir.Size
        ):
            return False
        if any(isinstance(n, ir.LogProb) for n in walk(node)) or not used <= self.on_data:
            return False
        on_something = used or any(
            isinstance(n, ir.ParentIndex | ir.Positions | ir.Labels | ir.Known) for n in walk(node)
        )
        return bool(on_something) and any(isinstance(n, _COSTLY) for n in walk(node))

    def named(self, node: ir.Expr) -> ir.Expr:
        if node not in self.found:
            name = self.free(_name(node))
            self.found[node] = name
            self.on_data.add(name)
            self.new.append(
                ir.Define(name, node.dims, node, False, "data", node.kind, True, node.span)
            )
        return ir.Ref(self.found[node], dims=node.dims, kind=node.kind, span=node.span)

    def free(self, name: str) -> str:
        number, base = 2, name
        while name in self.taken:
            name = f"{base}_{number}"
            number += 1
        self.taken.add(name)
        return name


def _name(node: ir.Expr) -> str:
    """What a statistician would call it."""
    match node:
        case ir.Call(function, (ir.Ref(name), *_)):
            return f"{function}_{name}"
        case ir.Call(function, (ir.Shift() | ir.Lags() | ir.Gather() as inner, *_)):
            return f"{function}_{_name(inner)}"
        case ir.Lags(ir.Ref(name)):
            return f"{name}_lagged"
        case ir.Shift(ir.Ref(name), _, lag):
            return f"previous_{name}" if lag == 1 else f"{name}_{lag}_back"
        case ir.Known(axis):
            return f"{axis.plate}_known"
        case ir.Gather(ir.Ref(name)):
            return f"{name}_by_{node.dims[-1].plate}" if node.dims else f"{name}_there"
        case ir.Gather(ir.ParentIndex(_, role)):
            return f"{node.dims[0].plate}_{role}"
        case ir.Reduce(operation, ir.Ref(name)) | ir.GroupReduce(operation, ir.Ref(name)):
            return f"{operation}_{name}"
        case ir.Labels(plate):
            return f"{plate}_labels"
        case _:
            used = sorted(names(node), key=lambda n: n)
            return re.sub(r"\W", "", "_and_".join(used[:2])) + "_term" if used else "constant"
