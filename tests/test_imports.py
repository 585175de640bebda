"""Checking and compiling load no heavy library, and start fast because of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SPEC = ROOT / "specs" / "eight_schools" / "eight_schools.bayes"
HEAVY = ("torch", "jax", "jaxlib", "numpyro", "arviz", "pandas", "xarray", "scipy", "pyarrow")


def loaded(code: str) -> list[str]:
    """The heavy libraries that a fresh interpreter has loaded after some code."""
    report = f"import sys\nprint('heavy:', *sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.rpartition("heavy:")[2].split()


TABLE = str(SPEC.with_suffix(".csv"))
CODE = {
    "import": "import bayescript",
    "load": f"import bayescript as bs\nbs.load({str(SPEC)!r}).warnings",
    "show": f"import bayescript as bs\nm = bs.load({str(SPEC)!r})\nm.show('passes'), repr(m)",
    "compile": f"import bayescript as bs\nbs.load({str(SPEC)!r}).compile().manifest",
    "bind": f"import bayescript as bs\nbs.load({str(SPEC)!r}).bind({TABLE!r})",
    "check": "from bayescript.runtime.cli import main\ntry:\n"
    f"    main(['check', {str(SPEC)!r}])\nexcept SystemExit:\n    pass",
    "an error": "import bayescript as bs\ntry:\n    bs.loads('x ~ Nromal(0, 1)')\n"
    "except bs.SpecError as error:\n    str(error)",
}


@pytest.mark.parametrize("name", CODE)
def test_it_loads_nothing_heavy(name: str) -> None:
    assert loaded(CODE[name]) == []


def test_the_measure_sees_what_is_loaded() -> None:
    assert loaded("import scipy") == ["scipy"]


def test_python_m_bayescript_check() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "bayescript", "check", SPEC],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 and done.stdout == f"{SPEC}: ok\n"
    modules = {
        line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.split("\n")
    }
    assert "bayescript" in modules and not modules & set(HEAVY)
