"""Runs that go on from a checkpoint: the same bits as those that were never interrupted."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bayescript.grammar.diagnostics import RunError
from bayescript.runtime.engines import chains, svi
from bayescript.runtime.engines.settings import Step
from bayescript.runtime.fit import Fit
from tests.runtime.interrupted import MH, NUTS, SVI, Interrupt, assert_same, sample

SLOW = [
    {"method": "hmc", **NUTS},
    {**NUTS, "dense_mass": True},
    {**NUTS, "chain_method": "vectorized"},
    {**MH, "chain_method": "vectorized"},
    {**SVI, "guide": "flow", "hidden": 8, "steps": 400},
    {**SVI, "guide": "lowrank", "rank": 2, "optimizer": "sgd(0.01)", "schedule": "cosine"},
    {**SVI, "guide": "laplace", "init": "mode", "optimizer": "clipped_adam"},
]
ALL = [NUTS, MH, SVI, *(pytest.param(one, marks=pytest.mark.slow) for one in SLOW)]


@pytest.fixture
def random_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of any size, as they are on a machine that is busy now and then."""
    sizes = np.random.default_rng(0)
    monkeypatch.setattr(chains, "_next_size", lambda *_: int(sizes.integers(1, 101)))
    monkeypatch.setattr(svi, "_PATIENCE", 1e-3)


# --- the same bits -------------------------------------------------------------------------


@pytest.mark.parametrize("settings", ALL)
def test_interrupted_and_resumed(
    settings: dict[str, Any], tmp_path: Path, random_chunks: None
) -> None:
    path = tmp_path / "run.ckpt"
    last = settings.get("chains", 1) - 1 if "chain_method" not in settings else 0
    stop = Interrupt(last, settings.get("warmup", 0) + 123)
    cut = sample(stop, checkpoint=path, **settings)
    assert cut.interrupted
    assert_same(sample(checkpoint=path, resume=True, **settings), sample(**settings))


@pytest.mark.parametrize("settings", ALL[:3])
def test_interrupted_after_every_chunk(settings: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "run.ckpt"
    found: Fit | None = None
    reached: list[int] = []
    for _ in range(500):
        stop = Interrupt()
        try:
            found = sample(stop, checkpoint=path, resume=True, **settings)
        except RunError as error:
            assert error.diagnostics[0].code == "B602" and "resume" in error.diagnostics[0].help
            found = None
        total = settings.get("warmup", 0) + settings.get("draws", 0)
        told = [step for step in stop.steps if step.stage in ("", "steps")]
        reached += [step.chain * total + step.iteration for step in told]
        if found is not None and not found.interrupted:
            break
    assert reached == sorted(set(reached)) and len(reached) > 20  # the bar never goes back
    assert found is not None
    assert_same(found, sample(**settings))


def test_a_finished_run_is_there_at_once(tmp_path: Path) -> None:
    path = tmp_path / "run.ckpt"
    whole = sample(checkpoint=path, **NUTS)
    steps: list[Step] = []
    assert_same(sample(steps.append, checkpoint=path, resume=True, **NUTS), whole)
    assert steps == []


def test_more_draws_and_more_chains(tmp_path: Path) -> None:
    path = tmp_path / "run.ckpt"
    sample(checkpoint=path, **NUTS)
    for more in ({"draws": 700}, {"chains": 3}, {"draws": 333, "chains": 1}, {"draws": 900}):
        settings = NUTS | more
        assert_same(sample(checkpoint=path, resume=True, **settings), sample(**settings))
    path = tmp_path / "svi.ckpt"
    sample(checkpoint=path, **SVI)
    settings = SVI | {"draws": 2500}
    assert_same(sample(checkpoint=path, resume=True, **settings), sample(**settings))


def test_the_finished_part_of_a_longer_run_is_kept_when_it_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "run.ckpt"
    sample(checkpoint=path, **NUTS)
    stop = Interrupt(0, NUTS["warmup"] + NUTS["draws"] + 10)
    cut = sample(stop, checkpoint=path, resume=True, **NUTS | {"draws": 600})
    assert cut.stats["lp"].shape == (2, 400)
    told = {one.code: one for one in cut.warnings}
    assert f"bayescript resume {path}" in told["W606"].help


# --- a process that is killed --------------------------------------------------------------

CHILD = """
import sys, time
from tests.runtime import examples
from bayescript.runtime.sample import fit

def told(step):
    time.sleep(0.1)
    print(step.chain, step.iteration, flush=True)

fit(examples.source("linear"), "linear", examples.linear(), progress=told,
    checkpoint=sys.argv[1], chains=2, draws=2000, warmup=300)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="another kind of signal")
@pytest.mark.parametrize("lines", [3, 17, 31])
def test_a_killed_process_loses_about_a_second(lines: int, tmp_path: Path) -> None:
    path = tmp_path / "run.ckpt"
    running = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    told = [running.stdout.readline() for _ in range(lines)]
    running.kill()  # SIGKILL: nothing of ours runs any more
    told += running.stdout.readlines()
    running.wait()
    assert running.returncode == -signal.SIGKILL and told[-1]
    done = [tuple(map(int, line.split())) for line in told]
    settings: dict[str, Any] = {"chains": 2, "draws": 2000, "warmup": 300}
    steps: list[Step] = []
    found = sample(steps.append, checkpoint=path, resume=True, **settings)
    lost = sum(one > (steps[0].chain, steps[0].iteration) for one in done)
    assert lost <= 12  # chunks, of which a second has ten
    assert_same(found, sample(**settings))


@pytest.mark.parametrize("lost", [1, 7, 100, 1000, 5000])
def test_what_is_half_written_does_not_count(lost: int, tmp_path: Path) -> None:
    path = tmp_path / "run.ckpt"
    sample(Interrupt(1, 500), checkpoint=path, **NUTS)
    path.write_bytes(path.read_bytes()[:-lost])
    assert_same(sample(checkpoint=path, resume=True, **NUTS), sample(**NUTS))


def test_a_bit_that_fell_over_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "run.ckpt"
    sample(Interrupt(1, 500), checkpoint=path, **NUTS)
    content = bytearray(path.read_bytes())
    content[-3000] ^= 1
    path.write_bytes(content)
    assert_same(sample(checkpoint=path, resume=True, **NUTS), sample(**NUTS))
