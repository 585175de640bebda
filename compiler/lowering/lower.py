"""Tree → IR: names resolved, plates nested, statements ordered by dependency, types checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from ...grammar import tree
from ...grammar.diagnostics import Diagnostic, Fix, Note, SpecError, closest, did_you_mean
from ...grammar.parse import MAX_ERRORS, stopped
from ...grammar.source import NOWHERE, Source, Span
from .. import ir
from ..tables.families import FAMILIES
from . import blocks, declarations, later, order, settings
from .missing import Missing
from .observed import mixed
from .plates import Uncovered
from .scope import Known, Quantity, Scope, error
from .statements import Statements
from .wording import brackets


def lower(
    spec: tree.Spec, source: Source, wrong: Sequence[Diagnostic] = ()
) -> tuple[ir.Model, tuple[Diagnostic, ...]]:
    """The model of a spec, and its warnings; `wrong` are the errors of reading it.

    Raises SpecError with every error found: a statement that is wrong does not hide another.
    """
    try:
        return _Lowering(source, wrong).run(spec)
    except SpecError as error:
        raise SpecError(sorted(error.diagnostics, key=_place), source) from None


def _place(diagnostic: Diagnostic) -> int:
    return diagnostic.span.start if diagnostic.span else 0


class _Lowering:
    def __init__(self, source: Source, wrong: Sequence[Diagnostic]) -> None:
        self.source = source
        self.scope = Scope()
        self.found = list(wrong)
        self.data: list[ir.Data] = []
        self.statements = Statements(self.scope, self.data)

    # --- the whole ----------------------------------------------------------------------

    def run(self, spec: tree.Spec) -> tuple[ir.Model, tuple[Diagnostic, ...]]:
        self.found += mixed(spec)
        spec = spec.apart()
        for kind in later.BLOCKS:
            planned = _of(spec, kind)
            self.found += map(later.block, planned)
            for name in (n for block in planned for n in later.names(block)):
                self.scope.broken.add(name)
                self.scope.broken_functions.add(name)
        self.scope.stated = dict(_stated(spec))
        for broken in _of(spec, tree.Broken):
            self.unread(broken)
        plates = _of(spec, tree.Plate)
        for node in plates:
            self.attempt(node.name, declarations.plate, self.scope, node)
            if node.name.name not in self.scope.plates:
                self.scope.missing.add(node.name.name)
        for node in plates:
            if node.name.name in self.scope.plates:
                self.attempt(None, declarations.parents, self.scope, node)
        for section in _of(spec, tree.DataBlock):
            for line in section.declarations:
                self.attempt(line.target.name, self.declare_data, line)
        for function in _of(spec, tree.Def):
            self.attempt(function.name, self.define_function, function)
        data = {d.name for d in self.data}
        stated = order.by_kind([s for s in spec.statements if isinstance(s, order.Stated)], data)
        generate, guide = _of(spec, tree.Generate), _of(spec, tree.Guide)
        made = [s for block in generate for s in block.statements]
        inner = [*made, *(s for block in guide for s in block.statements)]
        named = (s.target.name for s in made)
        self.scope.generated.update({name.name: name.span for name in named})
        self.model_statements(stated, self.statements)
        guided = self.guide(guide)
        generated = blocks.Generated(self.scope, self.data)
        self.model_statements(list(made), generated)
        self.uncalled([*stated, *inner])
        latents = [n for n, q in self.scope.quantities.items() if q.role == "latent"]
        inference, wrong = settings.inference(spec, [*latents, *self.scope.broken])
        self.found += wrong
        headers = _of(spec, tree.Header)
        header = headers[0] if headers else None
        for second in headers[1:]:
            notes = (Note(headers[0].span, "the first is here"),)
            message, help = "there are two `model` lines", "a spec has one: keep one of them"
            self.found.append(Diagnostic("B202", message, second.span, notes=notes, help=help))
        self.unused()
        if not any(not d.is_warning for d in self.found):
            missing = Missing(self.data, [*self.statements.made, *generated.made])
            self.found += missing.found
            self.data = list(missing.data)
            self.found += blocks.imputed(guide, self.data)
        self.found += self.scope.warnings
        if any(not d.is_warning for d in self.found):
            raise SpecError(self.found)
        stem = self.source.name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
        early = [*blocks.on_data(guided.made), *blocks.on_data(generated.made)]
        statements = [*self.statements.made, *early]
        generated_ = [s for s in generated.made if s not in early]
        guide_ = [s for s in guided.made if s not in early]
        own = blocks.own_parameters(statements, generated_, guide_)
        model = ir.Model(
            header.name.name if header else (stem if stem.isidentifier() else "model"),
            header.description if header else "",
            tuple(self.scope.plates.values()),
            tuple(self.data),
            tuple(s for s in statements if s not in own),
            inference,
            tuple(generated_),
            (*own, *guide_),
        )
        return model, tuple(self.found)

    def attempt(self, name: tree.Name | None, action: Callable[..., Any], *given: Any) -> object:
        """Do one thing; where it is wrong, note why and go on."""
        try:
            action(*given)
        except Uncovered as wrong:
            quantity = self.scope.quantities.get(wrong.name)
            where = self.shown_target
            self.found.append(wrong.diagnostic(where, quantity.span if quantity else None))
            self.breaks(name)
        except Known:
            self.breaks(name)
            return Known
        except SpecError as wrong:
            self.found += wrong.diagnostics
            self.breaks(name)
        except RecursionError:
            message = "an expression of this statement is too long to be worked on as one"
            help = "give parts of it names with `let`"
            span = name.span if name else None
            self.found.append(Diagnostic("B104", message, span, help=help))
            self.breaks(name)
        if len(self.found) > MAX_ERRORS:
            raise SpecError([*self.found[:MAX_ERRORS], stopped(self.found[-1].span or NOWHERE)])
        return None

    def unread(self, node: tree.Broken) -> None:
        """What a statement was to declare, that could not be read, is not reported as unknown."""
        names = {name.name for name in node.names}
        if node.word == "PLATE":
            self.scope.missing |= names
        elif node.word == "DEF":
            self.scope.broken_functions |= names
        else:
            self.scope.broken |= names

    shown_target = "this statement"

    def breaks(self, name: tree.Name | None) -> None:
        if name is not None and name.name not in self.scope.quantities:
            self.scope.broken.add(name.name)

    def declare_data(self, node: tree.Data) -> None:
        self.data.append(declarations.data(self.scope, node))

    def uncalled(self, statements: list[order.Stated]) -> None:
        """The bodies of functions that nothing calls: a wrong name there is a mistake, too."""
        if not self.scope.functions:
            return
        called = {name for s in statements for name in order.functions(s)}
        for function in self.scope.functions.values():
            called |= set(order.functions(function.value))
        for name, function in self.scope.functions.items():
            if name not in called:
                self.unknown_names(function.value, {p.name for p in function.parameters})

    def unknown_names(
        self,
        node: tree.Expr | order.Stated,
        known: set[str],
        told: Sequence[Span] = (),
        scope: Scope | None = None,
    ) -> None:
        """The names in a piece of syntax that stand for nothing, each an error.

        In the places that are `told` something was reported already.
        """
        scope = scope or self.scope
        known = known | {*scope.plates, *scope.missing, *scope.broken}
        for name in order.names(node):
            if any(s.start <= name.span.start and name.span.end <= s.end for s in told):
                continue
            if name.name.rstrip("'") not in known and not scope.roles(name.name):
                self.attempt(None, scope.quantity, name)

    def define_function(self, node: tree.Def) -> None:
        name = node.name.name
        if name not in self.scope.functions:
            self.scope.broken_functions.add(name)
        if name in self.scope.functions:
            message = f"the function `{name}` is defined twice"
            notes = self.scope.note(name, "first defined here")
            help = "keep one, or give one of them another name"
            raise error("B202", message, node.name.span, notes=notes, help=help)
        if name in FAMILIES:
            help = "give the function another name"
            raise error("B202", f"`{name}` is a distribution", node.name.span, help=help)
        for place, parameter in enumerate(node.parameters):
            for before in node.parameters[:place]:
                if parameter == before:
                    message = f"two parameters of `{name}` are called `{parameter.name}`"
                    notes = (Note(before.span, "the first"),)
                    help = f"give one another name, such as `{parameter.name}2`"
                    raise error("B202", message, parameter.span, "the second", notes, help)
        self.scope.functions[name] = node
        self.scope.broken_functions.discard(name)

    # --- statements ---------------------------------------------------------------------

    def guide(self, written: list[tree.Guide]) -> blocks.Guided:
        """The statements of the guide; where there is one, all latents have to be drawn in it."""
        failed = bool(self.found)
        latents = {} if failed else blocks.latents(self.scope, self.statements.made)
        guided = blocks.Guided(blocks.guide_scope(self.scope), self.data, latents)
        if written and not failed:
            self.model_statements([s for block in written for s in block.statements], guided)
            self.found += guided.lacking(written[0]) if not self.found else ()
        return guided

    def model_statements(self, statements: list[order.Stated], into: Statements) -> None:
        scope = into.scope
        given = {d.name for d in self.data}
        scope.broken |= given & scope.broken
        lets = {s.target.name.name for s in statements if isinstance(s, tree.Define) and s.local}
        observed_lets = {s.target.name.name for s in statements if isinstance(s, tree.Draw)} & lets
        sorted_statements, circles = order.ordered(
            [
                s
                for s in statements
                if not (isinstance(s, tree.Draw) and s.target.name.name in observed_lets)
            ],
            given,
            scope.functions,
        )
        for circle in circles:
            self.found += circle.diagnostics
        kept = {id(s) for s in sorted_statements}
        for name in (order.target(s) for s in statements if circles and id(s) not in kept):
            self.breaks(name)
        late = [
            s
            for s in statements
            if isinstance(s, tree.Draw) and s.target.name.name in observed_lets
        ]
        whole: set[Span] = set()
        for statement in [*sorted_statements, *late]:
            name = order.target(statement)
            self.shown_target = (
                f"`{self.source.excerpt(statement.target.span)}`"
                if statement.target
                else "this factor"
            )
            scope.current = name.name if name and name.name not in given else ""
            before = len(self.found)
            known = self.attempt(name, into.lower, statement) is Known
            told = self.found[before:]
            if statement.span in whole:  # what they share is wrong once
                seen = {(d.code, d.span) for d in self.found[:before]}
                self.found[before:] = [d for d in told if (d.code, d.span) not in seen]
            whole.add(statement.span)
            if (known or told) and not any(d.code == "B401" for d in told):
                places = [d.span for d in told if d.span]
                self.unknown_names(statement, set(), places, scope)
            scope.current = ""

    # --- the rest -----------------------------------------------------------------------

    def unused(self) -> None:
        """Data that nobody uses hides a misspelt outcome; a latent that nobody uses may be one."""
        if any(not d.is_warning for d in self.found):
            return  # a statement that was wrong would make what it uses look idle
        latents = [q for q in self.scope.quantities.values() if q.role == "latent"]
        used = self.scope.used | self.scope.generated.keys()  # what is generated ends a chain
        idle = [q for q in latents if q.name not in used]
        suggested: set[str] = set()
        for datum in self.data:
            if datum.name in self.scope.used:
                continue
            close = closest(datum.name, [q.name for q in idle])
            suggested.add(close)
            self.found.append(self.unused_datum(datum, self.scope.quantities.get(close)))
        for quantity in idle:
            if quantity.name in suggested:
                continue  # it was named as the likely misspelling
            self.found.append(
                Diagnostic(
                    "W202",
                    f"nothing depends on `{quantity.name}`",
                    quantity.span,
                    help=did_you_mean(quantity.name, [d.name for d in self.data])
                    or "use it, or remove the line: as it stands, it is sampled from its prior",
                )
            )

    @staticmethod
    def unused_datum(datum: ir.Data, misspelt: Quantity | None) -> Diagnostic:
        """Data that nobody uses, and the latent that may be it, misspelt."""
        message = f"`{datum.name}` is declared as data, but no statement uses it"
        if misspelt is None:
            written = f"{datum.name}{brackets(datum.dims)} ~ …"
            help = f"give it a distribution (`{written}`), use it, or remove the line"
            return Diagnostic("B216", message, datum.span, help=help)
        start = misspelt.span.start
        return Diagnostic(
            "B216",
            message,
            datum.span,
            notes=(Note(misspelt.span, "not data, and nothing depends on it"),),
            help=f"did you mean `{datum.name}` where `{misspelt.name}` is drawn?",
            remedies=(Fix(Span(start, start + len(misspelt.name)), datum.name),),
        )


def _stated(spec: tree.Spec) -> Iterator[tuple[str, Span]]:
    """The names that data and statements give to quantities, whatever is wrong with them."""
    for node in spec.statements:
        lines = node.declarations if isinstance(node, tree.DataBlock) else (node,)
        for one in lines:
            target = getattr(one, "target", None)
            if target is not None and not isinstance(one, tree.Kernel):
                yield target.name.name, target.name.span


Kind = TypeVar("Kind")


def _of(spec: tree.Spec, kind: type[Kind]) -> list[Kind]:
    return [s for s in spec.statements if isinstance(s, kind)]
