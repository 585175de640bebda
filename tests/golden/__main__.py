"""Writes the kept programs anew: `python -m tests.golden`."""

from pathlib import Path

from bayescript import load

HERE = Path(__file__).parent
SPECS = HERE.parents[1] / "specs"

for path in sorted(HERE.glob("[a-z]*.py")):
    program = load(SPECS / path.stem / f"{path.stem}.bayes").compile()
    path.write_text(program.source, encoding="utf-8")
    print(f"wrote {path}")
