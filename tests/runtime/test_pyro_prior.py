"""Draws from the prior by Pyro: the same law as by NumPyro's programs."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from bayescript.grammar.diagnostics import BackendError
from bayescript.runtime.cli import main
from bayescript.runtime.model import loads
from tests.runtime.test_prior import GROUPS, ROWS, SCHOOLS

torch = pytest.importorskip("torch")
pytest.importorskip("pyro")


def test_moments_as_computed_by_hand() -> None:
    prior = loads(GROUPS).prior(ROWS, draws=6000, seed=1, backend="pyro")
    assert prior.prior_predictive["y"].dims == ("chain", "draw", "row")
    draws = prior.prior_predictive["y"].values[0]
    np.testing.assert_allclose(draws.mean(0), [1, 3, 1], atol=0.2)
    # Rows of one group share mu and their level (4 + 9), those of two groups share mu (4).
    expected = [[14, 13, 4], [13, 14, 4], [4, 4, 14]]
    np.testing.assert_allclose(np.cov(draws.T), expected, atol=1.0)


WIDE = """
plate group
plate kind = 3
plate row within group
data
  n[row] : count
  y[row] : real
  seen[row] : binary
mu ~ Truncated(Normal(0, 1), lower = 0.5)
tau ~ Exponential(1)
level[group] ~ Normal(mu, tau)
share[kind] ~ Dirichlet(2)
high[row] = level > 1
n[row] ~ Poisson(exp(level / 3))
y[row] ~ StudentT(5, share[1] * level, 1)
seen[row] ~ Bernoulli(0.3)
infer nuts
  noncentered = [level]
"""


def test_both_back_ends_draw_by_the_same_law() -> None:
    rows = {"row": {"group": ["a", "b", "a"]}}
    model = loads(WIDE)
    ours, theirs = (
        model.prior(rows, draws=3000, seed=5, backend=name) for name in ("pyro", "numpyro")
    )
    assert list(ours.draws) == list(theirs.draws)
    for name, mine in ours.draws.items():
        other = theirs.draws[name]
        assert mine.shape == other.shape and mine.dtype == other.dtype, name
        for cell in np.ndindex(mine.shape[2:]):
            pair = mine[(0, slice(None), *cell)], other[(0, slice(None), *cell)]
            test: Any = stats.ks_2samp(*(np.asarray(one, float) for one in pair), method="asymp")
            assert test.pvalue > 1e-4, (name, cell)


def test_the_rare_part_of_a_distribution_is_drawn_exactly() -> None:
    """A thousand draws of the whole need not have one there."""
    text = "x ~ Truncated(Normal(0, 1), lower = 3.1)\ny ~ Normal(x, 1)\n"
    found = loads(text).prior({}, draws=60, backend="pyro").draws["x"][0]
    assert stats.kstest(found, stats.truncnorm(3.1, np.inf).cdf).pvalue > 1e-3


def test_the_seed_decides_draw_by_draw_and_torch_is_left_alone() -> None:
    torch.manual_seed(3)
    state = torch.random.get_rng_state()
    model = loads(GROUPS)
    given: dict[str, Any] = {"seed": 3, "backend": "pyro"}
    first = model.prior(ROWS, draws=30, **given).draws["y"]
    np.testing.assert_array_equal(model.prior(ROWS, draws=20, **given).draws["y"], first[:, :20])
    other = model.prior(ROWS, draws=30, seed=4, backend="pyro").draws["y"]
    assert not np.any(other == first) and first.dtype == np.float64
    assert torch.equal(state, torch.random.get_rng_state())


def test_what_cannot_be_drawn_and_unknown_back_ends() -> None:
    flat = GROUPS.replace("mu ~ Normal(1, 2)", "mu ~ Flat()")
    with pytest.raises(BackendError, match="B413"):
        loads(flat).prior(ROWS, backend="pyro")
    with pytest.raises(BackendError, match="B403"):
        loads(GROUPS).prior(ROWS, backend="stan")


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rows.csv").write_text("school,error\nA,10\nB,12\n")
    with pytest.raises(SystemExit) as end:
        main(["prior", str(SCHOOLS), "-d", str(tmp_path / "rows.csv"), "--backend", "pyro"])
    assert end.value.code in (0, None)
    assert "effect[B]" in capsys.readouterr().out
