"""The blocks beside the model: what becomes of them, and programs that run on their own."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import bayescript as bs
from bayescript.compiler import ir

PRINTED = Path(__file__).parent / "printed"

GUIDED = """
data
  x : real
z ~ Normal(0, 1)
x ~ Normal(z + shared, 1)
param shared : real
param own : real
guide
  z ~ Normal(own + shared, 1)
"""


def test_parameters_that_only_the_guide_uses_are_the_guides() -> None:
    model = bs.loads(GUIDED).ir
    assert [s.name for s in model.statements if isinstance(s, ir.Param)] == ["shared"]
    assert [s.name for s in model.guide] == ["own", "z"]


def test_samplers_see_no_guide_and_a_flat_parameter() -> None:
    text = bs.loads(GUIDED).compile(method="nuts").source
    assert "def guide" not in text and "numpyro.param" not in text
    assert 'shared = numpyro.sample("shared", dist.ImproperUniform' in text


def test_an_automatic_guide_sees_neither() -> None:
    text = bs.loads(GUIDED).compile(method="svi", guide="normal").source
    assert "def guide" not in text and "guide = AutoNormal(model)" in text


def test_with_the_guide_parameters_are_learned() -> None:
    program = bs.loads(GUIDED).compile(method="svi")
    assert program.source.count("numpyro.param(") == 3  # `shared` is in both functions
    assert program.manifest["sites"]["shared"]["kind"] == "param"
    assert program.manifest["sites"]["own"]["kind"] == "variational"


@pytest.mark.parametrize(
    ("optimizer", "numpyro", "pyro"),
    [
        ("adam", "Adam(0.01)", 'Adam({"lr": 0.01})'),
        ("adam(1e-3)", "Adam(0.001)", 'Adam({"lr": 0.001})'),
        ("sgd(0.1, 0.9)", "Momentum(0.1, mass=0.9)", 'SGD({"lr": 0.1, "momentum": 0.9})'),
        (
            "clipped_adam(clip = 5)",
            "ClippedAdam(0.01, clip_norm=5.0)",
            'ClippedAdam({"lr": 0.01, "clip_norm": 5.0})',
        ),
    ],
)
def test_the_optimiser_of_a_program(optimizer: str, numpyro: str, pyro: str) -> None:
    model = bs.loads("z ~ Normal(0, 1)\n")
    for backend, expected in (("numpyro", numpyro), ("pyro", pyro)):
        program = model.compile(backend, method="svi", optimizer=optimizer)
        assert f"optimizer = {expected}\n" in program.source


def table(path: Path, columns: dict[str, np.ndarray]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return path


def run(program: Path, *arguments: object) -> str:
    call = [sys.executable, str(program), *map(str, arguments)]
    done = subprocess.run(call, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


RNG = np.random.default_rng(0)
KIND = np.repeat(np.arange(3), 5)


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["numpyro", "pyro"])
def test_a_program_with_a_guide_runs_on_its_own(backend: str, tmp_path: Path) -> None:
    source = bs.load(PRINTED / "guided.bayes").compile(backend).source
    program = tmp_path / "guided.py"
    program.write_text(source, encoding="utf-8")
    x = RNG.normal(size=15)
    data = table(tmp_path / "d.csv", {"kind": KIND, "x": x, "y": x + KIND})
    told = run(program, "--data", data, "--steps", 100, "--draws", 50)
    assert all(name in told for name in ("tau", "level", "slope", "share"))


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["numpyro", "pyro"])
def test_a_program_that_generates_runs_on_its_own(backend: str, tmp_path: Path) -> None:
    source = bs.load(PRINTED / "generated.bayes").compile(backend).source
    program = tmp_path / "generated.py"
    program.write_text(source, encoding="utf-8")
    columns = {"county": KIND, "floor": RNG.integers(0, 2, 15), "log_radon": RNG.normal(size=15)}
    data = table(tmp_path / "d.csv", columns)
    told = run(program, "--data", data, "--warmup", 20, "--draws", 20, "--chains", 1)
    assert all(name in told for name in ("alpha", "effect", "y_new", "count_", "total"))
