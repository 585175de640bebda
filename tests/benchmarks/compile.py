"""The compiler's own speed: checking a spec, and compiling one of a hundred lines."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import bayescript as bs
from tests.benchmarks.models import ROOT
from tests.benchmarks.process import run

SPEC = ROOT / "specs/investment/investment.bayes"
LINES = 100
OUTCOMES = 13


def long_spec() -> str:
    """A spec of a hundred lines: regressions of many columns with effects of groups."""
    each = range(OUTCOMES)
    lines = [
        "model long",
        "",
        "plate group",
        "plate row within group",
        "",
        "data",
        *(f"  x{i}[row] : real" for i in each),
        *(f"  y{i}[row] : real" for i in each),
        "",
        "sigma ~ HalfNormal(1)",
        *(f"let z{i} = (x{i} - mean(x{i})) / sd(x{i})" for i in each),
        *(f"b{i} ~ Normal(0, 1)" for i in each),
        *(f"tau{i} ~ HalfNormal(1)" for i in each),
        *(f"a{i}[group] ~ Normal(0, tau{i})" for i in each),
        *(f"y{i}[row] ~ Normal(a{i} + b{i} * z{i} + exp(-z{i}^2 / 2), sigma)" for i in each),
        "",
    ]
    assert len(lines) == LINES
    return "\n".join(lines) + "\n"


def compile_text(text: str) -> str:
    """From the text of a spec to the text of its program."""
    return bs.loads(text).compile("numpyro").source


def check_seconds(repeats: int = 5) -> float:
    """A whole process that checks a spec, seconds on the clock."""
    command = [sys.executable, "-m", "bayescript", "check", str(SPEC)]
    return statistics.median(run(command).wall for _ in range(repeats))


def compile_milliseconds(repeats: int = 20) -> float:
    """A hundred lines to a program, in a process that has done it once before."""
    text = long_spec()
    compile_text(text)
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        compile_text(text)
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def wrong_spec(lines: int) -> str:
    """A long spec of regressions with an error in every hundredth line."""
    text = ["plate county", "plate home within county", "data", "  x[home] : real"]
    number = 0
    while len(text) < lines:
        wrong = "  +" if number % 25 == 24 else ""
        text += [
            f"alpha_{number}[county] ~ Normal(0, 1)",
            f"let eta_{number} = alpha_{number} + {number} * x / (1 + exp(-x)){wrong}",
            f"beta_{number} ~ Normal(0, 2.5)",
            f"factor fit_{number}[home] = -0.5 * (alpha_{number} - beta_{number} * x)^2",
        ]
        number += 1
    return "\n".join(text) + "\n"


def check_long_seconds(lines: int, repeats: int = 3) -> float:
    """A whole process that reports every error of a long spec, seconds on the clock."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.bayes"
        path.write_text(wrong_spec(lines))
        command = [sys.executable, "-m", "bayescript", "check", str(path)]
        return statistics.median(run(command, code=1).wall for _ in range(repeats))


def figures() -> dict[str, float]:
    """Flat figures, by name."""
    return {
        "check_seconds": check_seconds(),
        "check_2500_lines_seconds": check_long_seconds(2_500),
        "check_10000_lines_seconds": check_long_seconds(10_000),
        "compile_100_lines_ms": compile_milliseconds(),
    }
