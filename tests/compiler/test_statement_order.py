"""The order of statements: it does not matter, and what one needs stands before it."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bayescript import Model, load, loads

ROOT = Path(__file__).resolve().parents[2]
SPECS = sorted(ROOT.glob("specs/*/*.bayes"))
PRINTED = sorted(ROOT.glob("tests/compiler/printed/*.bayes"))


def pieces(text: str) -> list[str]:
    """The statements of a spec as text, blocks whole, comments left out."""
    found: list[str] = []
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line.startswith((" ", ")")) and found:
            found[-1] += "\n" + line
        else:
            found.append(line)
    return found


def canonical(model: Model) -> tuple[object, ...]:
    """A model without the order of its declarations and statements."""
    whole = model.ir
    parts: Sequence[Sequence[object]] = (
        whole.plates,
        whole.data,
        whole.statements,
        whole.generated,
        whole.guide,
    )
    return whole.name, whole.description, *map(frozenset, parts), whole.inference


@pytest.mark.parametrize("path", [*SPECS, *PRINTED], ids=lambda p: p.stem)
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_the_order_of_statements_does_not_matter(path: Path, seed: int | None) -> None:
    text = path.read_text(encoding="utf-8")
    model = loads(text, path.name)
    if "factor s" in text or "factor 0." in text:
        pytest.skip("factors without a name are numbered in their order")
    parts = pieces(text)
    if seed is None:
        parts.reverse()
    else:
        np.random.default_rng(seed).shuffle(parts)
    assert canonical(loads("\n".join(parts) + "\n", path.name)) == canonical(model)


@pytest.mark.parametrize("path", [*SPECS, *PRINTED], ids=lambda p: p.stem)
def test_what_a_statement_needs_stands_before_it(path: Path) -> None:
    model = load(path).ir
    known = {d.name for d in model.data}
    for statement in model.statements:
        text = repr(statement)
        needed = set(re.findall(r"Ref\(.*?name='([^']+)'", text)) - {statement.name}
        assert needed <= known | {s.name for s in model.statements}
        missing = needed - known
        assert not missing, f"{statement.name} stands before {missing}"
        known.add(statement.name)
