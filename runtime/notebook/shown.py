"""What a notebook shows of a fit, a prior, a model and a verification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from ...compiler import ir
from ...grammar.diagnostics import Diagnostic
from ..results.diagnose import energy_information
from .elements import box, details, note, pairs, paragraph, spec, text, warnings
from .tables import Summarised, chains_table, summary_table, verification_table


class Fitted(Protocol):
    """What this module reads of a fit."""

    method: str
    settings: dict[str, Any]
    versions: dict[str, str]
    stats: dict[str, np.ndarray]
    spec: str

    @property
    def manifest(self) -> dict[str, Any]: ...
    @property
    def warnings(self) -> tuple[Diagnostic, ...]: ...
    @property
    def bound(self) -> Any: ...
    @property
    def kind(self) -> str: ...
    def summary(self) -> Summarised: ...


def summary_html(summary: Summarised) -> str:
    """A summary by itself."""
    return box(summary_table(summary))


def fit_html(fit: Fitted) -> str:
    """How it went, its warnings, the summary, and folded what stands behind it."""
    head, *rest = repr(fit).replace("; see fit.summary()", "").splitlines()
    how = {"method": fit.method, "backend": fit.manifest.get("backend", "")} | fit.settings
    chains = ""
    if fit.kind == "chains":
        energy = fit.stats.get("energy")
        if energy is None or energy.shape[1] < 4:
            chains = chains_table(fit.stats, None)
        else:
            chains = chains_table(fit.stats, energy_information(energy))
    return box(
        paragraph(f"<b>{text(head)}</b>", *map(text, rest)),
        warnings(fit.warnings),
        summary_table(fit.summary()),
        details("Chains", chains),
        details("Method and settings", pairs(how)),
        details("Data", _sizes(fit.bound)),
        details("Versions", pairs(fit.versions)),
        details("Spec", spec(fit.spec)),
    )


def prior_html(prior: Any) -> str:
    """The summary of a prior, and folded what stands behind it."""
    return box(
        paragraph(f"<b>{text(repr(prior))}</b>"),
        summary_table(prior.summary()),
        details("Data", _sizes(prior.bound)),
        details("Spec", spec(prior.program.spec)),
    )


def model_html(model: ir.Model, source: str, found: Sequence[Diagnostic]) -> str:
    """What a model is about, what it knows and does not know, and its text."""
    samples = [s for s in model.statements if isinstance(s, ir.Sample)]
    parts = {
        "plates": [plate.name for plate in model.plates],
        "data": [_over(datum.name, datum.dims) for datum in model.data],
        "unknown": [_over(s.name, s.dims) for s in samples if not s.observed],
        "explained": [_over(s.name, s.dims) for s in samples if s.observed],
    }
    head = f"<b>{text(model.name)}</b>"
    return box(
        paragraph(head, text(model.description)) if model.description else paragraph(head),
        warnings(found),
        pairs({name: ", ".join(names) for name, names in parts.items() if names}),
        details("Spec", spec(source), open=source.count("\n") <= 60),
    )


def verification_html(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    ok: Sequence[bool],
    remarks: Sequence[str],
) -> str:
    """Statement by statement, and the verdict."""
    return box(verification_table(head, rows, ok), *map(note, remarks))


def _over(name: str, dims: ir.Dims) -> str:
    return f"{name}[{', '.join(map(str, dims))}]" if dims else name


def _sizes(bound: Any) -> str:
    """How many elements each plate has, and what they are called."""
    sizes: Mapping[str, int] = bound.sizes
    return pairs(
        {plate: f"{size:,}: {_labels(bound.coords.get(plate))}" for plate, size in sizes.items()}
    )


def _labels(labels: np.ndarray | None) -> str:
    if labels is None or len(labels) == 0:
        return "–"
    few = [str(label) for label in labels[:8]]
    return ", ".join(few) + (f", …, {labels[-1]}" if len(labels) > len(few) else "")
