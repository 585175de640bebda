"""The demonstration: a real panel, from spec to posterior."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from rich.console import Console
from rich.syntax import Syntax

from ..grammar.diagnostics import Diagnostic, RunError
from .model import load
from .results.report import print_report

_NEXT = """\
[bold]What to try next[/bold]
  {bayescript} run {spec} --data {data} --output investment.nc
  {bayescript} summary investment.nc
  {python} {program} --data {data}
  {python} -c "import bayescript as bs; fit = bs.load_fit('investment.nc'); \
print(fit.posterior['level'].sel(firm='IBM').mean())"
Change a prior in the spec and run it again; a second run starts in a second or two.
"""


def run_demo(chains: int, draws: int) -> None:
    """Fit Grunfeld's investment data. Raises RunError (B604) without the checkout's specs."""
    folder = Path(__file__).resolve().parents[1] / "specs" / "investment"
    spec, data = folder / "investment.bayes", folder / "investment.csv"
    if not spec.exists():
        raise RunError(
            Diagnostic(
                "B604",
                f"{spec} is not there",
                help="the demonstration needs a checkout with its specs",
            )
        )
    console = Console()
    shown, where = _relative(spec), Path("build") / "investment_numpyro.py"
    console.rule(f"[bold]{shown}")
    console.print(
        Syntax(
            spec.read_text(encoding="utf-8"),
            "text",
            theme="ansi_dark",
            background_color="default",
            word_wrap=True,
        )
    )
    model = load(spec)
    where.parent.mkdir(exist_ok=True)
    where.write_text(model.compile("numpyro").source, encoding="utf-8")
    console.print(f"\nThe NumPyro program that runs is {where}\n")
    fit = model.fit(data, chains=chains, draws=draws)
    print_report(fit.summary(), fit.warnings, console)
    console.print(repr(fit), highlight=False)
    python = (
        "python" if shutil.which("python") == sys.executable else _relative(Path(sys.executable))
    )
    following = _NEXT.format(
        bayescript="bayescript" if shutil.which("bayescript") else f"{python} -m bayescript",
        python=python,
        spec=shown,
        data=_relative(data),
        program=where,
    )
    console.print("\n" + following, highlight=False, soft_wrap=True)


def _relative(path: Path) -> Path:
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
