"""The command line: what it prints, where, and its exit codes."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

import bayescript as bs
from bayescript.runtime.cli import main

ROOT = Path(__file__).resolve().parents[2]
SCHOOLS = ROOT / "specs" / "eight_schools" / "eight_schools.bayes"
DATA = SCHOOLS.with_suffix(".csv")


class Done(NamedTuple):
    code: int
    out: str
    err: str


Call = Callable[..., Done]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs the command line here; wide, so that nothing is folded."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "dumb")

    def run(*arguments: object) -> Done:
        with pytest.raises(SystemExit) as end:
            main([str(a) for a in arguments])
            raise SystemExit(0)
        captured = capsys.readouterr()
        code = end.value.code
        assert code is None or isinstance(code, int)
        return Done(code or 0, captured.out, captured.err)

    return run


@pytest.fixture
def spec(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str, name: str = "s.bayes") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


GOOD = "plate home\ndata\n  y[home] : real\nm ~ Normal(0, 1)\ny[home] ~ Normal(m, 1)\n"
BAD = "x ~ Nromal(0, 1)\ny ~ Normal(x, qqq)\nz ~ Normal(0, 1, 2)\n"


# --- check ---------------------------------------------------------------------------------


def test_check_says_ok(call: Call) -> None:
    assert call("check", SCHOOLS) == Done(0, f"{SCHOOLS}: ok\n", "")


def test_check_of_several(call: Call, spec: Callable[..., Path]) -> None:
    good, bad = spec(GOOD, "good.bayes"), spec(BAD, "bad.bayes")
    done = call("check", good, bad, SCHOOLS)
    assert done.code == 1
    assert done.out == f"{good}: ok\n{SCHOOLS}: ok\n"
    assert f"--> {bad}:1:5" in done.err


def test_check_and_fmt_of_folders(call: Call, spec: Callable[..., Path], tmp_path: Path) -> None:
    for folder in ("a", "a/b", ".hidden"):
        (tmp_path / folder).mkdir()
    names = "a/one.bayes", "a/b/two.bayes", ".hidden/three.bayes", "settings.yaml", "four.bayes"
    one, two, _, _, four = (spec(GOOD, name) for name in names)
    yaml = spec("priors:\n  m: Normal(0, 1)\nfactors:\n- m\n", "a/five.bayes.yml")
    done = call("check", tmp_path / "a", four)
    assert done == Done(0, "".join(f"{p}: ok\n" for p in (two, yaml, one, four)), "")
    assert call("check", tmp_path).out.count(": ok") == 4
    assert call("fmt", "--check", tmp_path).out.count("would change") == 4
    (tmp_path / "empty").mkdir()
    done = call("check", tmp_path / "empty")
    assert done.code == 1 and "error[B106]: there is no spec in" in done.err


def test_check_shows_every_error_on_stderr(call: Call, spec: Callable[..., Path]) -> None:
    path = spec(BAD)
    done = call("check", path)
    assert done.code == 1 and done.out == ""
    for code, place in (("B211", "1:5"), ("B201", "2:15"), ("B212", "3:18")):
        assert f"error[{code}]" in done.err and f"--> {path}:{place}" in done.err
    assert "1 | x ~ Nromal(0, 1)\n  |     ^^^^^^\n" in done.err
    assert "did you mean `Normal`?" in done.err
    assert "Traceback" not in done.err


def test_check_shows_warnings_and_ends_well(call: Call, spec: Callable[..., Path]) -> None:
    path = spec(GOOD + "w ~ Normal(0, 1)\n")
    done = call("check", path)
    assert done.code == 0 and done.out == f"{path}: ok\n"
    assert done.err.startswith("warning[W202]: nothing depends on `w`")


def test_check_as_json(call: Call, spec: Callable[..., Path]) -> None:
    path = spec(BAD)
    done = call("check", "--json", path, SCHOOLS)
    assert done.code == 1 and done.err == ""
    first, *rest = json.loads(done.out)
    assert first == {
        "code": "B211",
        "severity": "error",
        "message": "there is no distribution `Nromal`",
        "range": {"start": [1, 5], "end": [1, 11]},
        "label": "",
        "notes": [],
        "help": "did you mean `Normal`?",
        "fixes": [{"range": {"start": [1, 5], "end": [1, 11]}, "text": "Normal"}],
        "file": str(path),
    }
    assert [d["code"] for d in rest] == ["B201", "B212"]
    assert json.loads(call("check", "--json", SCHOOLS).out) == []


def test_warnings_as_json(call: Call, spec: Callable[..., Path]) -> None:
    path = spec(GOOD + "w ~ Normal(0, 1)\n")
    found = json.loads(call("check", "--json", path).out)
    assert [(d["code"], d["severity"]) for d in found] == [("W202", "warning")]


def test_check_with_data(call: Call, tmp_path: Path) -> None:
    assert call("check", SCHOOLS, "--data", DATA).code == 0
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("school,effect,error\nA,1,-2\nB,x,3\nC,,1\n")
    done = call("check", SCHOOLS, "--data", wrong)
    assert done.code == 3
    assert done.err.count("error[B5") == 3  # all at once: a bound, a type, a missing cell
    for code in ("B502", "B503", "B504"):
        assert f"error[{code}]" in done.err
    as_json = call("check", "--json", SCHOOLS, "--data", wrong)
    assert as_json.code == 3
    assert sorted(d["code"] for d in json.loads(as_json.out)) == ["B502", "B503", "B504"]


@pytest.mark.parametrize("command", [["check"], ["compile"], ["run"]])
def test_a_spec_that_is_not_there(call: Call, command: list[str], tmp_path: Path) -> None:
    path = tmp_path / "absent.bayes"
    done = call(*command, path)
    assert done.code == 1 and done.out == ""
    assert f"error[B106]: `{path}` cannot be read: No such file" in done.err
    assert "check the path" in done.err


def test_a_spec_that_is_no_text(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "s.bayes"
    path.write_bytes(b"x ~ Normal(0, 1) # \xff\xfe")
    done = call("check", path)
    assert done.code == 1 and "is not text in UTF-8 (byte 19)" in done.err
    assert call("check", tmp_path).code == 1


# --- compile -------------------------------------------------------------------------------


def test_compile_prints_the_program(call: Call) -> None:
    done = call("compile", SCHOOLS)
    assert done.code == 0 and done.err == ""
    assert 'numpyro.sample("tau", dist.HalfCauchy(scale=5.0))' in done.out
    ast.parse(done.out)


def test_compile_writes_a_file(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    done = call("compile", SCHOOLS, "-o", path)
    assert done == Done(0, f"wrote {path}\n", "")
    assert path.read_text(encoding="utf-8") == call("compile", SCHOOLS).out


STAGES = {
    "tree": "Header(Name('eight_schools')",
    "model": "sample theta[school] : real ~ Normal(loc = mu, scale = tau)",
    "passes": "-- write latents as loc + scale * standard where asked",
    "program": "def model(",
}


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_can_be_shown(call: Call, stage: str) -> None:
    done = call("compile", "--show", stage, SCHOOLS)
    assert done.code == 0 and STAGES[stage] in done.out and done.out.endswith("\n")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--backend", "numpyr"], "B403", "did you mean `numpyro`?"),
        (["--backend", "stan"], "B403", "the back-ends are numpyro"),
        (["--show", "modle"], "B407", "did you mean `model`?"),
    ],
)
def test_what_no_back_end_can_do(call: Call, arguments: list[str], code: str, message: str) -> None:
    done = call("compile", *arguments, SCHOOLS)
    assert done.code == 4 and done.out == ""
    assert f"error[{code}]" in done.err and message in done.err


def test_compile_of_a_wrong_spec(call: Call, spec: Callable[..., Path], tmp_path: Path) -> None:
    done = call("compile", spec(BAD), "-o", tmp_path / "p.py")
    assert done.code == 1 and not (tmp_path / "p.py").exists()


def test_the_data_as_arrays_for_the_program(call: Call, tmp_path: Path) -> None:
    arrays = tmp_path / "data.npz"
    done = call("compile", SCHOOLS, "--data", DATA, "--arrays", arrays, "-o", tmp_path / "p.py")
    assert done.code == 0
    with np.load(arrays) as file:
        assert {"effect", "error"} <= set(file.files)
        assert file["effect"].tolist() == [28, 8, -3, 7, -1, 1, 18, 12]


# --- usage ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["chekc", SCHOOLS],
        ["check", SCHOOLS, "--jsn"],
        ["check"],
        ["run"],
        ["run", SCHOOLS, "--chains", "many"],
        ["run", SCHOOLS, "--set", "target_accept"],
        ["run", SCHOOLS, "--size", "school"],
        ["run", SCHOOLS, "--size", "school=few"],
        ["compile", SCHOOLS, SCHOOLS],
    ],
)
def test_a_call_that_is_wrong(call: Call, arguments: list[object]) -> None:
    done = call(*arguments)
    assert done.code == 2 and done.out == ""
    assert "Usage" in done.err


def test_the_version_and_those_of_the_engines(call: Call) -> None:
    done = call("--version")
    first, second = done.out.splitlines()
    assert done.code == 0 and first == f"bayescript {bs.__version__}"
    assert second.startswith("python 3.") and f"numpyro {version('numpyro')}" in second


def test_help(call: Call) -> None:
    done = call("--help")
    assert done.code == 0
    for command in ("check", "compile", "run", "summary", "demo"):
        assert command in done.out
    assert "--target" not in call("run", "--help").out


# --- run -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def saved(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[subprocess.CompletedProcess[str], Path]:
    """One run, as a user starts it."""
    folder = tmp_path_factory.mktemp("run")
    path = folder / "fit.nc"
    short = ["--chains", "2", "--draws", "200", "--warmup", "200", "--seed", "1", "--quiet"]
    short += ["--set", "target_accept=0.95", "--output", str(path)]
    done = subprocess.run(
        [sys.executable, "-m", "bayescript", "run", SCHOOLS, "--data", DATA, *short],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done, path


def test_run_prints_a_summary(saved: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    done, path = saved
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert {"mean", "sd", "ess_bulk"} <= set(lines[0].split())
    names = [line.split()[0] for line in lines if line.split()]
    assert {"mu", "tau", "theta[A]", "theta[H]"} <= set(names)
    assert "theta_standard" not in done.stdout
    assert f"saved {path}" in done.stdout


def test_summary_of_a_saved_fit(
    saved: tuple[subprocess.CompletedProcess[str], Path],
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done, path = saved
    monkeypatch.setenv("COLUMNS", "120")
    again = call("summary", path)
    assert again.code == 0
    assert again.out.strip() == done.stdout.partition("saved ")[0].strip()


def test_settings_of_a_run_are_kept(saved: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    from bayescript import load_fit

    fit = load_fit(saved[1])
    settings = fit.settings
    assert (settings["chains"], settings["draws"], settings["warmup"]) == (2, 200, 200)
    assert (settings["seed"], settings["target_accept"]) == (1, 0.95)


@pytest.mark.parametrize(
    ("arguments", "code", "messages"),
    [
        ([], 3, ["error[B5"]),
        (["--data", "absent.csv"], 3, ["absent.csv"]),
        (["--data", DATA, "--set", "target_acept=0.9"], 4, ["did you mean `target_accept`?"]),
        (["--data", DATA, "--set", "chains=two"], 4, ["`chains` is a whole number, not `two`"]),
        (["--data", DATA, "--set", "chains=2.5"], 4, ["`chains` is a whole number, not `2.5`"]),
        (
            ["--data", DATA, "--set", "dense_mass=1"],
            4,
            ["`dense_mass` is true, false or auto, not `1`"],
        ),
        (["--data", DATA, "--set", "method=nust"], 4, ["did you mean `nuts`?"]),
    ],
)
def test_runs_that_cannot_start(
    call: Call, arguments: list[object], code: int, messages: list[str]
) -> None:
    done = call("run", SCHOOLS, "--quiet", *arguments)
    assert done.code == code and done.out == ""
    for message in messages:
        assert message in done.err


def test_data_that_does_not_fit_is_listed_whole(call: Call, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("school,effect,error\nA,1,-2\nB,x,3\nC,,1\n")
    done = call("run", SCHOOLS, "--data", wrong, "--quiet")
    assert done.code == 3 and done.err.count("error[B5") == 3


@pytest.mark.parametrize("text", ["", "not a fit"])
def test_summary_of_what_is_no_fit(call: Call, tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.nc"
    assert call("summary", path).code == 5
    path.write_text(text)
    done = call("summary", path)
    assert done.code == 5 and "error[B6" in done.err and "Traceback" not in done.err


VALUES = {
    "3": 3,
    "-1": -1,
    "0.95": 0.95,
    "1e-3": 1e-3,
    "true": True,
    "False": False,
    "cuda": "cuda",
    "a=b": "a=b",
    "": "",
    "[a, b]": ["a", "b"],
}


@pytest.mark.parametrize("text", VALUES)
def test_values_of_set(text: str) -> None:
    from bayescript.runtime.cli.options import settings

    (value,) = settings([f"name={text}"]).values()
    assert value == VALUES[text] and type(value) is type(VALUES[text])
