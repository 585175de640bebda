"""A first spec for a table, written from what its columns hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...grammar.diagnostics import DataError, Diagnostic, RunError, printable
from ...grammar.format import format_spec
from ...grammar.source import Source
from ...grammar.surfaces import read
from ..binding.labels import Label
from ..binding.tables import Table, UnreadableError
from ..formats.contents import Content, of_file, opened
from ..formats.contents import read as as_table
from ..model import loads
from .columns import Look
from .outcomes import Line, rounded
from .plan import Plan, plan

_WIDEST = 88  # characters of an outcome's statement that is not better cut in two
_LISTED = 5  # predictors that the description names
_DECLARED = 24  # labels with gaps that a declaration lists
_DENSE = 200  # levels up to which a full mass matrix pays


def draft(path: Path, outcome: str | None, kind: str = "", groups: Sequence[str] = ()) -> str:
    """A spec that explains a column of a file, in the canonical form; it has been held against it.

    Raises RunError (B607) where no spec can be written, DataError where the file cannot be read.
    """
    table = _table(path)
    if outcome is None:
        help = "there are: " + ", ".join(table.header[:20])
        told = f"which column of {table.name} is to be explained? Say it with --outcome"
        raise RunError(Diagnostic("B607", told, help=help))
    text = _Draft(plan(table, outcome, kind, groups)).text()
    text = format_spec(read(Source(text, "draft.bayes")))
    loads(text, "draft.bayes").bind(path)
    return text


class _Every:
    """All names."""

    def __contains__(self, name: object) -> bool:
        return True


def _table(path: Path) -> Table:
    """All columns of a file. Raises DataError (B511)."""
    try:
        found = opened(path, _Every())
        if isinstance(found, Content):
            found = of_file(as_table(found.value, path.name, _Every()), found)
    except UnreadableError as error:
        raise DataError(
            Diagnostic("B511", str(error), help=error.help, excerpt=error.excerpt)
        ) from None
    return found


class _Draft:
    """The parts of a spec, and names that no column has."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.taken = set(plan.table.header)
        self.row = plan.own.name if plan.own else self.free("row")
        self.scale = plan.form.scale(plan.outcome)
        # The labels of an outcome are a plate. Where they have no order, each has effects of its
        # own: all effects have this axis.
        ordered, labelled = plan.kind == "ordinal", plan.kind == "categories"
        y = plan.outcome.name
        self.labels = self.free(f"{y}_label") if ordered or labelled else ""
        self.level = self.labels if labelled else ""
        self.cut = self.free(f"{y}_cut") if ordered else ""
        self.reference = _written(plan.outcome.reference) if self.level else ""
        self.intercept = self.free("intercept") if plan.form.intercept else ""
        self.slopes = {one.name: self.free(f"b_{one.name}") for one in plan.numbers}
        scaled = [one for one in plan.numbers if one.kind != "binary"]
        self.scaled = {one.name: self.free(f"z_{one.name}") for one in scaled}
        self.effects = {one.name: self.free(f"a_{one.name}") for one in plan.parents}
        self.names = {name: self.free(name) for name in plan.form.names}
        self.spreads = {one.name: self.free(f"sd_{one.name}") for one in plan.groups}

    def free(self, name: str) -> str:
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        return name

    def text(self) -> str:
        parts = (
            [self.head()],
            self.note(),
            map(_line, self.plates()),
            ["data", *(f"  {_line(line)}" for line in self.data())],
            self.standard(),
            self.drawn(),
            [f"# {self.filled(self.plan.form.about)}", *self.stated()],
            [_line((self.filled(one), self.filled(told))) for one, told in self.plan.form.rest],
            self.outcome(),
            ["infer nuts", *self.settings()],
        )
        blocks = ["\n".join(part) for part in parts]
        return "\n\n".join(block for block in blocks if block) + "\n"

    # --- what is given ------------------------------------------------------------------------

    def head(self) -> str:
        by = [one.name for one in (*self.plan.numbers, *self.plan.few, *self.plan.groups)]
        listed = ", ".join(by[:_LISTED]) + (", …" if len(by) > _LISTED else "")
        stem = re.sub(r"\W+", "_", self.plan.table.name.partition(".")[0]).strip("_")
        name = stem if re.match(r"[^\W\d]", stem) else f"table_{stem}".strip("_")
        return f'model {name} "{self.plan.outcome.name}{f" by {listed}" if by else ""}"'

    def note(self) -> list[str]:
        kind, table = self.plan.kind, self.plan.table
        head = (
            f"# A first spec ({kind}) for {printable(table.name)} with its {table.length:,} rows."
        )
        return [head, *(f"# Not used: `{printable(one)}` {why}." for one, why in self.plan.unused)]

    def plates(self) -> Iterator[Line]:
        nested = set()
        for one in self.plan.parents:
            coarser = self.plan.above(one)
            nested |= {coarser.name} if coarser else set()
            within = f" within {coarser.name}" if coarser else ""
            yield f"plate {one.name}{'' if coarser else _declared(one)}{within}", _groups(one)
        y = self.plan.outcome
        if self.level:
            yield f"plate {self.level}{_declared(y)}", _groups(y)
        elif self.labels:
            low, high = int(y.known.min()), int(y.known.max())
            yield f"plate {self.labels} = {low}..{high}", ""
            yield f"plate {self.cut} = {high - low}", "between the levels"
        parents = [one.name for one in self.plan.parents if one.name not in nested]
        listed = ", ".join(parents)
        within = f" within {listed if len(parents) == 1 else f'({listed})'}" if parents else ""
        yield f"plate {self.row}{within}", "a row of the table"

    def data(self) -> Iterator[Line]:
        for one in (*self.plan.numbers, self.plan.outcome):
            explained = one is self.plan.outcome
            # Cells that are drawn may turn out to be any number.
            kind = "real" if one.missing and not explained else str(one.kind)
            kind = self.labels if self.labels and explained else kind
            yield f"{one.name}[{self.row}] : {kind}{'?' * bool(one.missing)}", _range(one)

    def standard(self) -> list[str]:
        """Predictors on a common scale."""
        lines = []
        for one in self.plan.numbers:
            if one.name in self.scaled:
                mean, sd = f"mean({one.name})", f"sd({one.name})"
                if one.missing:
                    mean, sd = _mean(one), _sd(one)
                line = f"let {self.scaled[one.name]} = ({one.name} - {mean}) / {sd}"
                lines.append(line.replace("- -", "+ "))
        return ["# Predictors with mean 0 and standard deviation 1.", *lines] if lines else []

    def drawn(self) -> list[str]:
        """What the empty cells of predictors are drawn from."""
        lines = []
        for one in self.plan.numbers:
            if one.missing:
                where, spread = self.free(f"mean_{one.name}"), self.free(f"sd_{one.name}")
                lines += [
                    f"{where} ~ Normal({_mean(one)}, {_sd(one)})",
                    f"{spread} ~ HalfNormal({_sd(one)})",
                    f"{one.name}[{self.row}] ~ Normal({where}, {spread})",
                ]
        return ["# Empty cells are drawn from what their column is like.", *lines] if lines else []

    # --- the model ----------------------------------------------------------------------------

    def priors(self) -> Iterator[Line]:
        scale = self.scale
        told = self.filled(self.plan.form.intercept)
        if self.intercept:
            yield self.effect(self.intercept, f"Normal({scale.centre}, {scale.width})"), told
        for one in self.plan.numbers:
            told = "1 against 0" if one.kind == "binary" else f"for one sd more, {_sd(one)}"
            yield self.effect(self.slopes[one.name], f"Normal(0, {scale.effect})"), told
        for one in self.plan.few:
            first = _written(one.reference)
            prior = f"Normal(0, {scale.effect})"
            prior = prior if self.level else f"Pinned({prior}, at = {first})"
            yield self.effect(self.effects[one.name], prior, one.name), f"against {first}"
        centre = self.intercept or "0"
        for one in self.plan.groups:
            spread = self.spreads[one.name]
            yield f"{spread} ~ HalfNormal({scale.effect})", f"how much each {one.name} differs"
            yield self.effect(self.effects[one.name], f"Normal({centre}, {spread})", one.name), ""
            centre = "0"  # the first groups have their levels about the intercept

    def stated(self) -> list[str]:
        """The statements of the priors; where each label has its own, they are long enough."""
        return [stated if self.level else _line((stated, told)) for stated, told in self.priors()]

    def effect(self, name: str, prior: str, axis: str = "") -> str:
        """The statement of an effect; one for each label of the outcome, where that has labels."""
        axes = ", ".join(filter(None, (axis, self.level)))
        prior = f"Pinned({prior}, at = {self.reference})" if self.level else prior
        return f"{name}[{axes}] ~ {prior}" if axes else f"{name} ~ {prior}"

    def outcome(self) -> list[str]:
        first = self.plan.groups[0].name if self.plan.groups else ""
        others = [effect for name, effect in self.effects.items() if name != first]
        terms = [self.effects[first] if first else self.intercept, *others]
        for name, slope in self.slopes.items():
            terms.append(f"{slope} * {self.scaled.get(name, name)}")
        total = " + ".join(filter(None, terms)) or "0"
        lines = self.filled(self.plan.form.stated, eta=total).split("\n")
        if max(map(len, lines)) > _WIDEST:
            eta = self.free("eta")
            stated = self.filled(self.plan.form.stated, eta=eta)
            lines = [f"let {eta} = {total}", *stated.split("\n")]
        return lines

    def settings(self) -> Iterator[str]:
        """Groups of few rows are sampled as distances from their mean; the levels of several
        groupings depend on one another."""
        groups = self.plan.groups
        few = self.plan.form.few
        small = [one for one in groups if one.rows < few * len(one.labels)]
        if small and not self.level:
            yield f"  noncentered = [{', '.join(self.effects[one.name] for one in small)}]"
        if len(groups) > 1 and sum(len(one.labels) for one in groups) <= _DENSE:
            yield "  dense_mass = true"

    def filled(self, text: str, **more: str) -> str:
        """A text of the form, with the names and numbers of this table."""
        y = self.plan.outcome
        known = self.names | {"outcome": y.name, "y": f"{y.name}[{self.row}]"} | more
        known |= {"reference": self.reference, "width": self.scale.width, "cut": self.cut}
        return text.format(**known, **({"mean": _mean(y), "sd": _sd(y)} if y.numeric else {}))


def _line(line: Line) -> str:
    statement, comment = line
    return f"{statement}  # {comment}" if comment else statement


def _written(label: Label | None) -> str:
    """A label as an expression has it."""
    return f'"{label}"' if isinstance(label, str) else str(label)


def _mean(column: Look) -> str:
    return rounded(column.mean, column.sd)


def _sd(column: Look) -> str:
    return rounded(column.sd)


def _range(column: Look) -> str:
    """What the cells of a column are like."""
    empty = f"; {column.missing:,} empty" if column.missing else ""
    if column.kind == "binary":
        return f"1 in {int(column.known.sum()):,} of {len(column.known):,} rows{empty}"
    if not column.numeric:
        return empty.removeprefix("; ")
    low, high = column.known.min(), column.known.max()
    return f"{low:.4g} to {high:.4g}, mean {_mean(column)}, sd {_sd(column)}{empty}"


def _declared(column: Look) -> str:
    """The labels, where they are whole numbers with gaps: that the gaps are meant must be said."""
    labels = sorted(label for label, _ in column.labels if isinstance(label, int))
    whole = len(labels) == len(column.labels) <= _DECLARED
    if not whole or labels[-1] - labels[0] == len(labels) - 1:
        return ""
    return f" = [{', '.join(map(str, labels))}]"


def _groups(column: Look) -> str:
    counts = [count for _, count in column.labels]
    few, many = min(counts), max(counts)
    each = f"{few:,}" if few == many else f"{few:,} to {many:,}"
    return f"{len(counts):,} labels of {each} rows each"
