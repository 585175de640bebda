"""Emitted programs: formatted, linted, standing alone, and never changed by a spec's texts."""

import ast
import difflib
import io
import json
import os
import re
import subprocess
import sys
import tokenize
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from bayescript import load, loads
from bayescript.compiler.tables.functions import FUNCTIONS
from bayescript.runtime.execute import arguments, load_program
from tests.compiler.runners import BACKENDS

ROOT = Path(__file__).resolve().parents[2]
RUFF = Path(sys.executable).with_name("ruff")
WIDTH = 88

FILES = {
    path.stem: path
    for path in sorted(
        [
            *ROOT.glob("specs/*/*.bayes"),
            *ROOT.glob("tests/compiler/printed/*.bayes"),
        ]
    )
}


def _functions(backend: str) -> str:
    """A spec that calls every elementwise function, on data and on a latent."""
    lacks = ("betainc",) if backend == "pyro" else ()
    rows = [
        r
        for name, r in FUNCTIONS.items()
        if name == r.name and not name.startswith("_") and name not in lacks
    ]
    arguments = {1: "{0}", 2: "{0}, 2", 3: "2, 3, {0}"}  # shapes are numbers: see `limits`
    lines = ["plate row", "data", "  x[row] : unit", "z[row] ~ Beta(2, 2)"]
    for row in rows:
        call = "2, {0}" if row.shapes and row.arity == 2 else arguments[row.arity]
        lines.append(f"on_data_{row.name}[row] = {row.name}({call.format('x')})")
        lines.append(f"on_latent_{row.name}[row] = {row.name}({call.format('z')}) + 1")
    used = " + ".join(f"on_data_{row.name} + on_latent_{row.name}" for row in rows)
    return "\n".join([*lines, f"factor all[row] = {used}", ""])


NAMES = [*FILES, "functions"]
PROGRAMS = pytest.mark.parametrize(
    ("name", "backend"), [(name, backend) for backend in BACKENDS for name in NAMES]
)


@cache
def program(name: str, backend: str = "numpyro") -> str:
    if name == "functions":
        return loads(_functions(backend), "functions.bayes").compile(backend).source
    return load(FILES[name]).compile(backend).source


# --- as ruff leaves it ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All programs, written to one folder."""
    path = tmp_path_factory.mktemp("programs")
    for name, backend in product(NAMES, BACKENDS):
        text = program(name, backend)
        (path / f"{name}_{backend}.py").write_text(text, encoding="utf-8")
    return path


def _ruff(*arguments: str) -> str:
    environment = {**os.environ, "RUFF_NO_CACHE": "true"}
    done = subprocess.run(
        [RUFF, *arguments], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def reformatted(folder: Path) -> dict[str, str]:
    """What `ruff format` would change, by program."""
    text = _ruff("format", "--isolated", "--diff", str(folder))
    parts = re.split(r"^--- .*/(\w+)\.py\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.fixture(scope="module")
def complaints(folder: Path) -> dict[str, list[str]]:
    """What `ruff check` finds, by program; the width of lines is checked below."""
    found = json.loads(
        _ruff(
            *("check", "--isolated", "--select", "E,F,I", "--ignore", "E501"),
            *("--output-format", "json", str(folder)),
        )
    )
    result: dict[str, list[str]] = {}
    for row in found:
        line = f"{row['location']['row']}: {row['code']} {row['message']}"
        result.setdefault(Path(row["filename"]).stem, []).append(line)
    return result


@PROGRAMS
def test_ruff_format_changes_nothing(name: str, backend: str, reformatted: dict[str, str]) -> None:
    file = f"{name}_{backend}"
    assert file not in reformatted, reformatted[file]


@PROGRAMS
def test_ruff_check_finds_nothing(
    name: str, backend: str, complaints: dict[str, list[str]]
) -> None:
    file = f"{name}_{backend}"
    assert file not in complaints, complaints[file]


@PROGRAMS
def test_lines_are_short(name: str, backend: str) -> None:
    """At most 88 columns, but for strings, comments and names that do not fit."""
    source = program(name, backend)
    lines = source.splitlines()
    excused = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.STRING, tokenize.COMMENT):
            excused |= set(range(token.start[0], token.end[0] + 1))
    wide = [line for k, line in enumerate(lines, 1) if len(line) > WIDTH and k not in excused]
    assert not wide, "\n".join(wide)


@PROGRAMS
def test_it_compiles_and_names_its_arguments(name: str, backend: str) -> None:
    tree = ast.parse(program(name, backend))
    compile(tree, name, "exec")
    functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
    manifest = next(
        ast.literal_eval(n.value)
        for n in tree.body
        if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name)
    )
    assert {"model", "load", "main"} <= set(functions)
    for function, key in (("model", "arguments"), ("prepare", "prepare")):
        if function in functions:
            arguments = functions[function].args
            assert not arguments.args and not arguments.vararg
            assert [a.arg for a in arguments.kwonlyargs] == manifest[key]
        else:
            assert key not in manifest
    given = set(manifest["inputs"]) | set(manifest.get("prepared", ()))
    assert set(manifest["arguments"]) <= given


@PROGRAMS
def test_no_variable_of_the_program_is_made_twice(name: str, backend: str) -> None:
    """A second value for a name would be seen by the statements that mean the first."""
    tree = ast.parse(program(name, backend))
    for function in (n for n in tree.body if isinstance(n, ast.FunctionDef)):
        if function.name not in ("model", "prepare"):
            continue
        made = [a.arg for a in function.args.kwonlyargs]
        used_after: dict[str, int] = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                made.append(node.targets[0].id)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                used_after[node.id] = max(used_after.get(node.id, 0), node.lineno)
        # A short name for an argument of a distribution may be used again and again.
        sampled = {
            n.value.args[0].value
            for n in ast.walk(function)
            if isinstance(n, ast.Assign)
            and isinstance(n.value, ast.Call)
            and n.value.args
            and isinstance(n.value.args[0], ast.Constant)
        }
        twice = {n for n in made if made.count(n) > 1}
        assert not twice & sampled
        arguments = {a.arg for a in function.args.kwonlyargs}
        assert not twice & arguments


@PROGRAMS
def test_every_statement_of_the_spec_is_quoted_once(name: str, backend: str) -> None:
    comments = [
        token.string
        for token in tokenize.generate_tokens(io.StringIO(program(name, backend)).readline)
        if token.type == tokenize.COMMENT
    ]
    model = (loads(_functions(backend)) if name == "functions" else load(FILES[name])).ir
    source = _functions(backend) if name == "functions" else FILES[name].read_text(encoding="utf-8")
    prepared = set()
    every = (*model.statements, *model.generated, *model.guide)
    for statement in every:
        text = " ".join(source[statement.span.start : statement.span.end].split())
        start = f"# {text}"[:60]
        prepared.add(start)
        quoted = [c for c in comments if c.startswith(start)]
        if getattr(statement, "stage", "density") == "density":
            assert quoted, f"{text} is quoted nowhere"
    assert len(comments) <= len(every) + program(name, backend).count("# The base") + 6


# --- kept programs -------------------------------------------------------------------------

GOLDEN = [("investment", "numpyro"), ("eight_schools", "numpyro"), ("eight_schools", "pyro")]


@pytest.mark.parametrize(("name", "backend"), GOLDEN)
def test_golden_programs(name: str, backend: str) -> None:
    """Read the difference; if it is meant, `python -m tests.golden` writes the new program."""
    path = ROOT / "tests" / "golden" / f"{name}_{backend}.py"
    kept, now = path.read_text(encoding="utf-8"), program(name, backend)
    difference = difflib.unified_diff(
        kept.splitlines(), now.splitlines(), "kept", "now", lineterm=""
    )
    assert now == kept, "\n".join(difference) + "\nif it is meant: python -m tests.golden"


@pytest.mark.parametrize(("name", "backend"), GOLDEN)
def test_a_program_is_the_same_whatever_was_compiled_before(name: str, backend: str) -> None:
    assert load(FILES[name]).compile(backend).source == program(name, backend)


# --- on its own ----------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "backend", "quantities"),
    [
        ("investment", "numpyro", ("alpha", "tau_firm", "sigma", "level[0]", "climate[19]")),
        ("eight_schools", "pyro", ("mu", "tau", "theta_standard[7]")),
    ],
)
def test_a_program_runs_on_its_own(
    name: str, backend: str, quantities: tuple[str, ...], tmp_path: Path
) -> None:
    """Without Bayescript, from anywhere, with the command that its docstring shows."""
    text = program(name, backend)
    (tmp_path / f"{name}_{backend}.py").write_text(text, encoding="utf-8")
    (tmp_path / "data.csv").write_bytes((ROOT / "specs" / name / f"{name}.csv").read_bytes())
    command = re.search(r"^    python (\S+ --data \S+)$", text, re.MULTILINE)
    assert command is not None
    short = ["--warmup", "50", "--draws", "50", "--chains", "1", "--seed", "3"]
    done = subprocess.run(
        [sys.executable, "-I", *command[1].split(), *short],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for quantity in quantities:
        assert re.search(rf"^\s*{re.escape(quantity)} ", done.stdout, re.MULTILINE), done.stdout


# --- the data stage ------------------------------------------------------------------------


def test_a_sequence_shorter_than_the_deepest_lag() -> None:
    model = load(FILES["arK"])
    program = load_program(model.compile().source, "arK")
    given = arguments(program, model.bind({"y": [1.0, 2.0, 3.0]}))
    assert given["y_lagged"].shape == (3, 5) and not given["t_known"].any()
