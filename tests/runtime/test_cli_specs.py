"""The commands on specs: fmt, convert, explain, schema, and what a terminal shows of errors."""

import contextlib
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bayescript import load
from bayescript.runtime.cli import main

ROOT = Path(__file__).resolve().parents[2]
SCHOOLS = ROOT / "specs" / "eight_schools" / "eight_schools.bayes"
UGLY = (
    "# why\ny[home] ~ Normal( (mu) ,1)  # end\nmu~Normal(0,1)\nplate home\ndata\n  y[home]:real\n"
)
NEAT = """\
plate home

data
  y[home] : real

# why
y[home] ~ Normal(mu, 1)  # end
mu      ~ Normal(0, 1)
"""

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: object) -> tuple[int, str]:
        with pytest.raises(SystemExit) as end:
            main([str(a) for a in arguments])
            raise SystemExit(0)
        code = end.value.code
        assert code is None or isinstance(code, int)
        return code or 0, capsys.readouterr().out

    return call


def test_fmt_writes_in_place(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "s.bayes"
    path.write_text(UGLY)
    assert run("fmt", "--check", path) == (1, f"{path}: would change\n")
    code, shown = run("fmt", "--diff", path)
    assert code == 1 and "-mu~Normal(0,1)" in shown and "+mu      ~ Normal(0, 1)" in shown
    assert path.read_text() == UGLY
    assert run("fmt", path) == (0, f"{path}: formatted\n")
    assert path.read_text() == NEAT
    assert run("fmt", "--check", path) == (0, "")
    assert [p.name for p in tmp_path.iterdir()] == ["s.bayes"]


def test_fmt_leaves_a_broken_spec_alone(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "s.bayes"
    path.write_text(UGLY + "z = (1\n")
    assert run("fmt", path)[0] == 1
    assert path.read_text() == UGLY + "z = (1\n"


def test_fmt_reads_standard_input() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bayescript", "fmt", "-"],
        input=UGLY, capture_output=True, text=True, cwd=ROOT, check=True,
    )  # fmt: skip
    assert done.stdout == NEAT


def test_convert_there_and_back(run: Run, tmp_path: Path) -> None:
    there, back = tmp_path / "s.yaml", tmp_path / "s.bayes"
    assert run("convert", SCHOOLS, "-o", there) == (0, f"wrote {there}\n")
    assert repr(load(there)) == repr(load(SCHOOLS))
    assert run("convert", there, "-o", back)[0] == 0
    assert repr(load(back)) == repr(load(SCHOOLS))
    code, shown = run("convert", SCHOOLS)
    assert code == 0 and shown == there.read_text()
    assert run("convert", SCHOOLS, "--to", "text")[1] == SCHOOLS.read_text()
    assert run("convert", SCHOOLS, "--to", "toml")[0] == 2


def test_explain(run: Run) -> None:
    code, shown = run("explain", "B203")
    assert code == 0 and shown.startswith("B203: ")
    assert "Wrong:" in shown and "Right:" in shown and "error[B203]" in shown
    assert "B203" in run("explain")[1]
    assert run("explain", "B999")[0] != 0


def test_schema_is_json(run: Run) -> None:
    code, shown = run("schema")
    assert code == 0
    assert {"plates", "data", "priors", "likelihoods"} <= set(json.loads(shown)["properties"])


def test_a_yaml_spec_is_checked_in_its_own_lines(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("model: m\npriors:\n  mu: Nromal(0, 1)\n")
    code, shown = run("check", "--json", path)
    (found,) = json.loads(shown)
    assert code == 1 and found["range"] == {"start": [3, 7], "end": [3, 13]}
    assert found["fixes"] == [{"range": found["range"], "text": "Normal"}]


def test_colour_only_on_a_terminal(tmp_path: Path) -> None:
    path = tmp_path / "s.bayes"
    path.write_text("x ~ Nromal(0, 1)\n")
    command = [sys.executable, "-m", "bayescript", "check", str(path)]
    plain = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert "error[B211]" in plain.stderr and "\x1b[" not in plain.stderr
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    shown = _on_a_terminal(command, environment | {"TERM": "xterm-256color"})
    assert "\x1b[1;31m" in shown
    assert re.sub(r"\x1b\[[\d;]*m", "", shown).split() == plain.stderr.split()
    assert "\x1b[" not in _on_a_terminal(command, environment | {"TERM": "dumb"})


def _on_a_terminal(command: list[str], environment: dict[str, str]) -> str:
    """What a command writes to standard error where that is a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=theirs, cwd=ROOT, env=environment
    )
    os.close(theirs)
    found = b""
    with contextlib.suppress(OSError):  # the end of a terminal is an error on Linux
        while chunk := os.read(ours, 65536):
            found += chunk
    os.close(ours)
    process.wait()
    return found.decode()
