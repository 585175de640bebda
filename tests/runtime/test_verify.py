"""Programs against the reference: all of ours agree, and a wrong one is found and named."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import bayescript as bs
from bayescript.compiler.backends import Program
from bayescript.grammar.diagnostics import BackendError
from bayescript.runtime.cli import app
from bayescript.runtime.model import Model
from bayescript.runtime.verify import verify

ROOT = Path(__file__).resolve().parents[2]
FAST = {"eight_schools", "random_slopes"}
SPECS = [
    pytest.param(path, id=path.stem, marks=() if path.stem in FAST else pytest.mark.slow)
    for path in sorted(ROOT.glob("specs/*/*.bayes"))
    if path.parent.name != "posteriordb"  # those are verified on their own data
]
TEXT = """\
model m
plate row
data
  y[row] : real
mu ~ Normal(0, 2)  # a prior
sigma ~ HalfNormal(1)
y[row] ~ Normal(mu, sigma)
"""


@pytest.mark.parametrize("path", SPECS)
def test_specs_agree_on_made_up_data(path: Path) -> None:
    found = bs.load(path).verify(points=3)
    assert found.ok and not found.skipped, str(found)
    forms = ["numpyro", "pyro"]
    if path.stem in ("eight_schools",):
        forms += ["numpyro non-centred", "pyro non-centred"]
    assert list(found.backends) == forms
    assert all(one.status == "ok" for row in found.rows for one in row.agreement.values())


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests/compiler/printed").glob("*.bayes")), ids=lambda p: p.stem
)
@pytest.mark.slow
def test_every_printed_form_agrees(path: Path) -> None:
    found = bs.load(path).verify(points=2)
    assert found.ok, str(found)


Patched = Callable[[str, str, str], None]


@pytest.fixture
def patched(monkeypatch: pytest.MonkeyPatch) -> Iterator[Patched]:
    """Changes the text of the programs of one back-end, those that hold it."""
    compiled = Model.compile
    wanted: set[str] = set()

    def patch(backend: str, old: str, new: str) -> None:
        wanted.add(old)

        def compile(self: Model, name: str = "numpyro", **settings: Any) -> Program:
            program = compiled(self, name, **settings)
            if name != backend or old not in program.source:
                return program
            wanted.discard(old)
            return replace(program, source=program.source.replace(old, new))

        monkeypatch.setattr(Model, "compile", compile)

    yield patch
    assert not wanted


@pytest.mark.parametrize("backend", ["numpyro", "pyro"])
def test_a_wrong_program_is_found_and_its_statement_named(patched: Patched, backend: str) -> None:
    patched(backend, "loc=0.0, scale=2.0", "loc=0.0, scale=2.001")
    found = bs.loads(TEXT, "m.bayes").verify()
    assert not found.ok
    (row,) = found.differing
    assert (row.line, row.statement) == (5, "mu ~ Normal(0, 2)")
    other = {"numpyro": "pyro", "pyro": "numpyro"}[backend]
    assert row.agreement[backend].status == "differs" and row.agreement[other].status == "ok"
    assert found.rows[-1].statement == "total" and not found.rows[-1].ok
    assert "m.bayes: differs: line 5, `mu ~ Normal(0, 2)`" in str(found)


def test_a_derivative_that_fails_backwards_is_found(patched: Patched) -> None:
    wrong = "loc=jax.numpy.where(True, mu, mu * jax.numpy.inf), scale=sigma"
    patched("numpyro", "loc=mu, scale=sigma", wrong)
    (row,) = bs.loads(TEXT, "m.bayes").verify(points=1).differing
    assert row.line == 7 and row.agreement["numpyro"].status == "differs"
    assert row.agreement["pyro"].status == "ok"


GROUPS = """\
plate group
plate row within group
plate side = [left, right]
data
  y[row] : real
tau ~ HalfNormal(1)
a[group] ~ StudentT(5, 1, 2 * tau)
s[side] ~ HalfNormal(1)
L[side, side'] ~ LKJCholesky(2)
m[side] ~ Normal(0, 1)
b[group, side] ~ MultivariateNormal(m, scale_tril = s * L)
y[row] ~ Normal(a + b["left"] - b["right"], 1)
infer nuts
  noncentered = [a, b]
"""


def test_the_non_centred_form_is_compared_too() -> None:
    found = bs.loads(GROUPS, "m.bayes").verify()
    assert found.ok, str(found)
    both = ("numpyro", "pyro", "numpyro non-centred", "pyro non-centred")
    assert found.backends == both
    for row in found.rows:
        assert all(row.agreement[name].status == "ok" for name in both)
    assert "numpyro, pyro, numpyro non-centred and pyro non-centred agree" in str(found)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("1 + 2 * tau * a_standard", "1 + tau * a_standard", 12),
        ("dist.StudentT(df=5.0, loc=0.0, scale=1.0)", "dist.StudentT(5.0, 0.0, 1.1)", 7),
    ],
)
def test_a_wrong_non_centred_form_is_found(patched: Patched, old: str, new: str, line: int) -> None:
    patched("pyro", old, new)
    found = bs.loads(GROUPS, "m.bayes").verify(points=3)
    assert [row.line for row in found.differing] == [line]
    statuses = {name: one.status for name, one in found.differing[0].agreement.items()}
    assert statuses.pop("pyro non-centred") == "differs"
    assert set(statuses.values()) == {"ok"}


def test_a_missing_statement_is_found(patched: Patched) -> None:
    patched("pyro", 'pyro.sample("y", dist.Normal(loc=mu, scale=sigma), obs=y)', "pass")
    (row,) = bs.loads(TEXT, "m.bayes").verify(backends=["pyro"]).differing
    assert row.line == 7


def test_a_constant_is_told_apart(patched: Patched) -> None:
    patched("pyro", "dist.HalfNormal(scale=1.0)", "dist.Normal(0.0, 1.0)")
    found = bs.loads(TEXT, "m.bayes").verify(backends=["pyro"])
    row = next(row for row in found.rows if row.line == 6)
    assert found.ok and row.agreement["pyro"].status == "constant"
    assert row.agreement["pyro"].constant == pytest.approx(-np.log(2))
    assert "but for a constant, -0.693147 nats" in str(found)


def test_a_program_that_fails_is_a_finding(patched: Patched) -> None:
    patched("pyro", "dist.HalfNormal(", "dist.NoSuchThing(")
    found = bs.loads(TEXT, "m.bayes").verify()
    assert not found.ok and "NoSuchThing" in found.failed["pyro"]
    assert found.backends == ("numpyro",)


def test_a_refusal_is_said() -> None:
    text = "model m\na ~ HalfNormal(1)\nx ~ Truncated(Gamma(a + 1, 1), lower = 1)\n"
    found = bs.loads(text, "m.bayes").verify()
    assert found.ok and found.skipped["pyro"].startswith("B410: Pyro")


def test_what_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from bayescript.runtime import verify

    monkeypatch.setattr(verify, "find_spec", lambda name: None if name == "pyro" else True)
    found = bs.loads(TEXT, "m.bayes").verify()
    assert found.skipped == {"pyro": "not installed: pip install 'bayescript[pyro]'"}
    assert "pyro: skipped, not installed" in str(found)


def test_a_steep_density_wants_a_small_step() -> None:
    """Within the usual step the mean goes from one end to the other."""
    model = bs.loads(TEXT.replace("Normal(mu, sigma)", "Normal(sin(5000 * mu), sigma)"))
    bound = model.bind({"y": [0.3, -1.0]})
    assert verify(model, bound, points=3).differing
    assert not verify(model, bound, points=3, step=1e-6).differing


def test_wrong_calls() -> None:
    model = bs.loads(TEXT, "m.bayes")
    with pytest.raises(BackendError, match="no back-end `stan`"):
        model.verify(backends=["stan"])
    with pytest.raises(BackendError, match="points"):
        model.verify(points=0)
    with pytest.raises(BackendError, match="no plate"):
        model.verify(sizes={"rows": 3})


def test_the_command(tmp_path: Path, patched: Patched) -> None:
    spec, data = tmp_path / "m.bayes", tmp_path / "d.csv"
    spec.write_text(TEXT)
    data.write_text("y\n1\n2\n4\n")
    done = CliRunner().invoke(app, ["verify", str(spec), "--backend", "numpyro", "-d", str(data)])
    assert done.exit_code == 0, done.output
    assert "mu ~ Normal(0, 2)" in done.output and "numpyro agree" in done.output
    patched("pyro", "scale=2.0", "scale=3.0")
    call = ["verify", str(spec), "--backend", "pyro", "--size", "row=2", "--json"]
    done = CliRunner().invoke(app, call)
    told = json.loads(done.output)
    assert done.exit_code == 5 and not told["ok"]
    wrong = [s["line"] for s in told["statements"] if s["backends"]["pyro"]["status"] != "ok"]
    assert wrong == [5, 0]


STAN: dict[str, tuple[str, str, dict[str, list[Any]]]] = {
    "normal": (
        TEXT,
        """data { int n; vector[n] y; }
        parameters { real mu; real<lower=0> sigma; }
        model { mu ~ normal(0, 2); sigma ~ normal(0, 1); y ~ normal(mu, sigma); }""",
        {"y": [0.3, -1.0, 2.5]},
    ),
    "poisson": (
        "plate row\ndata\n  x[row] : real\n  y[row] : count\na ~ Normal(0, 1)\n"
        "b ~ StudentT(4, 0, 2)\n"
        "y[row] ~ Poisson(log_rate = a + b * x)\n",
        """data { int n; vector[n] x; array[n] int y; }
        parameters { real a; real b; }
        model { a ~ normal(0, 1); b ~ student_t(4, 0, 2); y ~ poisson_log(a + b * x); }""",
        {"x": [0.1, -0.4, 1.2], "y": [0, 2, 5]},
    ),
    "gamma": (
        "plate row\ndata\n  y[row] : positive\nk ~ LogNormal(0, 1)\nr ~ Gamma(2, 1)\n"
        "y[row] ~ Gamma(k, r)\n",
        """data { int n; vector[n] y; }
        parameters { real<lower=0> k; real<lower=0> r; }
        model { k ~ lognormal(0, 1); r ~ gamma(2, 1); y ~ gamma(k, r); }""",
        {"y": [0.3, 1.0, 2.5]},
    ),
}


@pytest.mark.parametrize("name", STAN)
def test_the_measure_is_right_by_stan(name: str) -> None:
    """The reference, to which all programs are held, against the same model in Stan."""
    stanli = pytest.importorskip("stanli")
    from bayescript.compiler.reference.density import Reference

    text, stan, data = STAN[name]
    model = bs.loads(text, "m.bayes")
    assert model.verify({n: np.array(v) for n, v in data.items()}, points=2).ok
    reference = Reference(model.ir, model.bind({n: np.array(v) for n, v in data.items()}))
    theirs = stan_model(stanli, stan, {"n": 3, **data})
    names = [s.name for s in model.ir.statements if s.name not in data]
    positive = [s.name for s in model.ir.statements if s.support.constraint in _ABOVE]  # type: ignore[union-attr]
    ours, wanted = [], []
    rng = np.random.default_rng(0)
    for _ in range(5):
        z = rng.normal(size=len(names))
        pairs = dict(zip(names, z, strict=True))
        values = {n: np.exp(v) if n in positive else v for n, v in pairs.items()}
        jacobian = sum(v for n, v in pairs.items() if n in positive)
        ours.append(reference.log_density(values) + jacobian)
        wanted.append(float(theirs.log_prob_grad(z)[0]))
    np.testing.assert_allclose(np.diff(ours), np.diff(wanted), rtol=1e-9, atol=1e-9)


_ABOVE = ("positive", "nonnegative")


def stan_model(stanli: Any, code: str, data: dict[str, Any]) -> Any:
    return stanli.Model(stan_code=code, data=data)
