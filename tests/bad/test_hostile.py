"""Input made to break the compiler: a clear error, in bounded time and memory, and nothing else.

Each case runs in a process of its own, held by the operating system to two seconds of processor
time and one GiB of memory.
"""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

SECONDS, BYTES = 2, 1 << 30

CASES = {
    "open brackets": ("x = " + "[" * 10_000, "B104"),
    "nested brackets": ("x = " + "(" * 10_000 + "1" + ")" * 10_000, "B104"),
    "a plate of 1e12 labels": ("plate n = 1..1_000_000_000_000\nx[n] ~ Normal(0, 1)\n", "B204"),
    "a plate of 1e12": ("plate n = 1_000_000_000_000\nx[n] ~ Nromal(0, 1)\n", "B211"),
    "a million lines": ("x ~ Normal(0, 1)\n" * 1_000_000, "B104"),
    "a million empty lines": ("\n" * 1_000_000, "B104"),
    "a number of many digits": ("x ~ Normal(0, " + "9" * 100_000 + ")\n", "B101"),
    "a fraction of many digits": ("x ~ Normal(0, 0." + "9" * 100_000 + ")\n", "B101"),
    "an exponent of many digits": ("x ~ Normal(0, 1e" + "9" * 100_000 + ")\n", "B101"),
    "minus signs": ("x = " + "-" * 100_000 + "1\n", "B104"),
    "a long sum": ("x = " + "+".join("1" * 100_000) + "\n", "B104"),
    "a deep sum": ("x = " + "+".join("1" * 9_000) + "\n", "B104"),
    "a tower of powers": ("x = " + "^".join("2" * 100_000) + "\n", "B104"),
    "a long name": ("x" * 1_000_000 + " ~ Normal(0, 1)\n", "B105"),
    "primes": ("x" + "'" * 100_000 + " ~ Normal(0, 1)\n", "B105"),
    "a bracket open on every line": ("x = (1\n" * 20_000, "B102"),
    "errors only": ("$\n" * 20_000, "B105"),
    "names that are not known": (
        "".join(f"a{i} ~ Normal(b{i}c, 1)\n" for i in range(3000)),
        "B201",
    ),
    "one name many times": ("data\n" + "  x : real\n" * 10_000, "B202"),
    "tabs": ("data\n" + "\tx : real\n" * 20_000, "B103"),
    "functions that double": (
        "".join(f"def f{i}(x) = f{i + 1}(x) + f{i + 1}(x)\n" for i in range(40))
        + "def f40(x) = x\na ~ Normal(0, 1)\nfactor q = f0(a)\n",
        "B205",
    ),
    "a long list": ("x = [" + "1, " * 100_000 + "1]\n", "B104"),
    "everything on one line": ("x ~ Normal(0, 1) " * 100_000, "B104"),
    "zeros": ("\0" * 1_000_000, "B105"),
}

YAML = {
    "a bomb": (
        "a: &a [x, x]\n" + "".join(f"k{i}: &b{i} [*a, *a, *a]\n" for i in range(1000)),
        "B107",
    ),
    "merge keys": ("model: m\npriors: &p\n  x: Normal(0, 1)\nlets:\n  <<: *p\n", "B107"),
    "open brackets": ("plates: " + "[" * 100_000, "B10"),
    "open braces": ("plates: " + "{" * 100_000, "B10"),
    "nested lists": ("plates: " + "[" * 10_000 + "]" * 10_000, "B10"),
    "deep indentation": ("".join(" " * i + "a:\n" for i in range(1000)), "B10"),
    "a million lines": ("x: 1\n" * 1_000_000, "B104"),
    "keys that are one": ("priors:\n" + "  x: Normal(0, 1)\n" * 10_000, "B202"),
    "many documents": ("---\nmodel: m\n" * 5_000, "B107"),
    "open quotes": ('model: "' + "x" * 1_000_000, "B10"),
    "many brackets in a value": ("priors:\n  x: " + "(" * 50_000 + "\n", "B104"),
    "errors only": ("priors:\n" + "".join(f"  x{i}: $\n" for i in range(5_000)), "B105"),
    "a tag": ("model: !!python/object/apply:os.system ['echo hello']\n", "B107"),
    "zeros": ("\0" * 100_000, "B10"),
}


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def check(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bayescript", "check", str(path)],
        capture_output=True,
        text=True,
        preexec_fn=limited,
        cwd=Path(__file__).parents[2],
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "surface"),
    [*((n, "bayes") for n in CASES), *((n, "yaml") for n in YAML)],
    ids=lambda part: str(part),
)
def test_hostile_input_gets_a_clear_error(name: str, surface: str, tmp_path: Path) -> None:
    text, code = (CASES if surface == "bayes" else YAML)[name]
    path = tmp_path / f"spec.{surface}"
    path.write_text(text, encoding="utf-8")
    done = check(path)
    assert done.returncode == 1, (done.returncode, done.stderr[-2000:])
    assert f"error[{code}" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr) < 1_000_000
