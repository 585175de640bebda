"""`python -m tests.benchmarks`: measures, prints a table, and writes build/bench.json."""

from __future__ import annotations

import argparse
import json

from rich.console import Console
from rich.table import Table

from tests.benchmarks import compile, nuts, predict, regressions, svi
from tests.benchmarks.models import BENCHES, ROOT


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--repeats", type=int, default=3, help="rounds for each model")
    parser.add_argument("--model", action="append", choices=[b.name for b in BENCHES], default=[])
    parser.add_argument("--peers-only", action="store_true", help="leave our own side out")
    asked = parser.parse_args()
    console = Console()
    measured = nuts.measure(asked.repeats, frozenset(asked.model), asked.peers_only, console.log)
    found = nuts.figures(measured)
    if not asked.peers_only:
        found |= compile.figures()
        found |= svi.figures(asked.repeats, frozenset(asked.model), console.log)
        found |= predict.figures(console.log)
        found |= regressions.figures(asked.repeats, console.log)
    console.print(_sides(measured))
    if not asked.peers_only:
        console.print(_ratios(found))
    out = ROOT / "build" / "bench.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(found, indent=2) + "\n")
    console.print(f"written to {out.relative_to(ROOT)}")


def _sides(measured: dict[str, nuts.Sides]) -> Table:
    columns = ("CPU-s", "seconds", "min ESS", "ESS per CPU-s")
    table = Table("model", "side", title="NUTS, 4 chains of 1000 + 1000; medians of the rounds")
    for column in columns:
        table.add_column(column, justify="right")
    for model, sides in measured.items():
        for side, s in sides.items():
            row = f"{s.cpu:.2f}", f"{s.wall:.2f}", f"{s.ess:.0f}", f"{s.rate:.0f}"
            table.add_row(model, side, *row)
        table.add_section()
    table.caption = (
        "stanli and 'ours again': warmup and sampling alone; the others: whole processes"
    )
    return table


def _ratios(found: dict[str, float]) -> Table:
    table = Table("figure", title="Figures")
    table.add_column("value", justify="right")
    for name, value in found.items():
        if name.startswith(("nuts_", "check_", "compile_", "svi_", "predict_", "regression_")):
            table.add_row(name, f"{value:.3g}")
    return table


if __name__ == "__main__":
    main()
