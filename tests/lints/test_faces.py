"""Where lints are seen: the command line, JSON, Python, the language server; and where not."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import bayescript as bs
from bayescript.compiler.lints import LINTS, OF_SYNTAX
from bayescript.compiler.lints.allow import idle_allowances
from bayescript.grammar.codes import CODES
from bayescript.grammar.diagnostics import DataError
from bayescript.runtime.cli import main
from bayescript.runtime.lints import DATA_LINTS, SURPASSED
from tests.lints.test_groups import EIGHT, SCHOOLS

ROOT = Path(__file__).resolve().parents[2]
UNUSED = "plate r\ndata\n  y[r] : real\nm ~ Normal(0, 1)\nlet k = m / 2\ny[r] ~ Normal(m, 1)\n"
GAMMA = "plate r\ndata\n  y[r] : real\nm ~ Normal(0, 1)\nt ~ Gamma(0.001, 0.001)\n"
GAMMA += "y[r] ~ Normal(m, 1 / sqrt(t))\n"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main([str(a) for a in arguments])
            raise SystemExit(0)
        shown = capsys.readouterr()
        return int(end.value.code or 0), shown.out, shown.err

    return call


@pytest.fixture
def spec(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "s.bayes"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_check_says_them_only_when_asked(run: Run, spec: Callable[[str], Path]) -> None:
    path = spec(UNUSED)
    assert run("check", path) == (0, f"{path}: ok\n", "")
    code, out, err = run("check", "--strict", path)
    assert (code, out) == (1, f"{path}: 1 remark\n")
    assert err.startswith(f"warning[W209]: nothing uses `k`\n --> {path}:5:1\n")


def test_a_spec_without_any_is_ok(run: Run, spec: Callable[[str], Path]) -> None:
    path = spec(UNUSED.replace("let k = m / 2\n", ""))
    assert run("check", "--strict", path) == (0, f"{path}: ok\n", "")
    schools = ROOT / "specs" / "eight_schools" / "eight_schools.bayes"
    table = schools.with_suffix(".csv")
    assert run("check", "--strict", schools, "--data", table) == (0, f"{schools}: ok\n", "")


def test_warnings_count_as_well(run: Run, spec: Callable[[str], Path]) -> None:
    path = spec("x ~ Normal(0, 1)\n")
    assert run("check", path)[0] == 0
    assert run("check", "--strict", path)[:2] == (1, f"{path}: 1 remark\n")


def test_errors_keep_their_codes(run: Run, spec: Callable[[str], Path]) -> None:
    assert run("check", "--strict", spec("x ~ Nromal(0, 1)\n"))[0] == 1
    missing = spec(UNUSED).with_name("none.csv")
    assert run("check", "--strict", spec(UNUSED), "--data", missing)[0] == 3


def test_with_data_there_are_more(run: Run, spec: Callable[[str], Path]) -> None:
    path, table = spec(SCHOOLS), spec(SCHOOLS).with_suffix(".csv")
    rows = [f"{y},{e}" for y, e in zip(EIGHT["y"], EIGHT["e"], strict=True)]
    table.write_text("\n".join(["y,e", *rows]) + "\n", encoding="utf-8")
    assert run("check", "--strict", path)[0] == 0
    assert run("check", path, "--data", table)[0] == 0
    code, out, err = run("check", "--strict", path, "--data", table)
    assert (code, out) == (1, f"{path}: 1 remark\n") and "warning[W215]" in err


def test_json_has_them_with_their_changes(run: Run, spec: Callable[[str], Path]) -> None:
    path = spec(UNUSED)
    assert json.loads(run("check", "--json", path)[1]) == []
    code, out, _ = run("check", "--json", "--strict", path)
    (found,) = json.loads(out)
    assert code == 1 and (found["code"], found["severity"]) == ("W209", "warning")
    assert found["fixes"] == [{"range": found["range"], "text": ""}]
    assert found["range"] == {"start": [5, 1], "end": [5, 14]}


def test_from_python() -> None:
    model = bs.loads(SCHOOLS)
    assert model.lint() == () and model.warnings == ()
    (found,) = model.lint(EIGHT)
    assert found.code == "W215" and found.is_warning
    with pytest.raises(DataError):
        model.lint({"y": [1.0], "e": [-1.0]})


def test_every_lint_has_its_code_and_what_surpasses_it_exists() -> None:
    codes = [code for code in CODES if "W204" <= code < "W300"]
    assert codes == [f"W{number}" for number in range(204, 221)]
    assert set(SURPASSED) <= set(LINTS)
    for lint in (*LINTS, *OF_SYNTAX, *DATA_LINTS, idle_allowances):
        assert any(code in (lint.__doc__ or "") for code in codes), lint


# --- what a check costs ----------------------------------------------------------------------


def loaded(*arguments: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after a command."""
    code = "import sys\nfrom bayescript.runtime.cli import main\ntry:\n"
    code += f"    main({list(arguments)!r})\nexcept SystemExit:\n    pass\n"
    code += "print('modules:', *sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.rpartition("modules:")[2].split())


def test_who_does_not_ask_does_not_wait() -> None:
    spec = str(ROOT / "specs" / "eight_schools" / "eight_schools.bayes")
    plain = loaded("check", spec)
    assert not [name for name in plain if "lints" in name.split(".")] and "numpy" not in plain
    strict = loaded("check", "--strict", spec)
    assert "bayescript.compiler.lints" in strict and "bayescript.runtime.lints" not in strict
    assert not {"scipy", "jax", "torch", "pandas"} & strict
    with_data = loaded("check", "--strict", spec, "--data", spec.replace(".bayes", ".csv"))
    assert not {"scipy", "jax", "torch", "pandas"} & with_data
