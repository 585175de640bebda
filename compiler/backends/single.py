"""A function that makes one distribution, printed as it would be in a program."""

from __future__ import annotations

from ...grammar.source import Source
from .. import ir
from ..passes.forms import lower_families
from ..tables.families import FAMILIES
from . import BACKENDS
from .skeleton import helper_texts


def single(family: str, form: int, backend: str) -> str:
    """The source of `make`, which takes the parameters of a form by name.

    Vectors and matrices stand along axes of one plate, `k`.
    """
    row = FAMILIES[family]
    event = (ir.Dim("k"), ir.Dim("k", 1))[: row.event]
    arguments = []
    for parameter in row.forms[form].parameters:
        axes = ir.matrix_axes(event, parameter.event)
        arguments.append((parameter.name, ir.Ref(parameter.name, dims=axes)))
    made = ir.Dist(family, form, tuple(arguments), dims=event, event=event, kind=row.kind)
    sample = ir.Sample("x", event, made, ir.Support(row.support))
    plates = (ir.Plate("k"),) if event else ()
    model = lower_families(ir.Model("x", "", plates, (), (sample,)), backend)
    (lowered,) = model.statements
    assert isinstance(lowered, ir.Sample)
    emitter = BACKENDS[backend](model, Source("", ""))
    code = emitter.distribution(lowered.distribution, (), lowered.support).text
    helpers = helper_texts(emitter)
    for helper in helpers:
        emitter.imports.read(helper, emitter.library)
    names = ", ".join(name for name, _ in arguments)
    function = f"def make({names}):\n    return {code}\n"
    return "\n\n\n".join(["\n".join(emitter.imports.lines()), *helpers, function])
