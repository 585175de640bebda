"""Writes the kept programs anew: `python -m tests.golden`."""

from pathlib import Path

from bayescript import load

HERE = Path(__file__).parent
SPECS = HERE.parents[1] / "specs"

for path in sorted(HERE.glob("[a-z]*.py")):
    name, _, backend = path.stem.rpartition("_")
    program = load(SPECS / name / f"{name}.bayes").compile(backend)
    path.write_text(program.source, encoding="utf-8")
    print(f"wrote {path}")
