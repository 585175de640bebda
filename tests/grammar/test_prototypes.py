"""Specs of published models, written on paper before the compiler: all are read and written.

They lie outside the repository; `BAYESCRIPT_PROTOTYPES` tells where.
"""

import os
from pathlib import Path

import pytest

from bayescript import SpecError, load
from bayescript.grammar.format import convert, format_spec
from bayescript.grammar.printing.canonical import canonical
from bayescript.grammar.source import Source, Surface
from bayescript.grammar.surfaces import read

FOLDER = os.environ.get("BAYESCRIPT_PROTOTYPES")
SPECS = sorted(Path(FOLDER).glob("*.bayes")) if FOLDER else []

pytestmark = pytest.mark.skipif(not SPECS, reason="BAYESCRIPT_PROTOTYPES is not set")

CHECKED = {
    "arK", "bym2", "election88", "irt_2pl", "irt_latent_reg", "nn_rbm", "radon", "rats", "rhs",
}  # fmt: skip
"""Those that need nothing but what this version has."""

LATER = {"B401"}
OTHERWISE = {
    "bones": ("B211", "OrderedLogistic"),
    "gpcm": ("B302", "AdjacentLogistic"),
    "hierarchical_gp": ("B212", "shape"),
    "losscurve": ("B209", "`max` by cohort"),
}
"""What else is said: of what practice has settled otherwise than the paper."""


def source(text: str, surface: Surface) -> Source:
    return Source(text, f"spec.{surface}", surface)


@pytest.mark.parametrize("path", SPECS, ids=lambda p: p.stem)
def test_it_goes_to_yaml_and_back(path: Path) -> None:
    first = read(source(path.read_text(encoding="utf-8"), "text"))
    assert not first.errors and first.spec.statements
    as_yaml = read(source(convert(first, "yaml"), "yaml"))
    again = read(source(convert(as_yaml, "text"), "text"))
    assert not as_yaml.errors and not again.errors
    assert canonical(as_yaml.spec, "yaml") == canonical(first.spec, "yaml")
    assert canonical(again.spec, "yaml") == canonical(first.spec, "yaml")
    comments = sorted(c.text for c in first.comments)
    assert comments == sorted(c.text for c in as_yaml.comments)
    assert comments == sorted(c.text for c in again.comments)


@pytest.mark.parametrize("path", SPECS, ids=lambda p: p.stem)
def test_its_canonical_form_is_the_same_spec(path: Path) -> None:
    first = read(source(path.read_text(encoding="utf-8"), "text"))
    written = format_spec(first)
    again = read(source(written, "text"))
    assert canonical(again.spec) == canonical(first.spec)
    assert format_spec(again) == written


@pytest.mark.parametrize("path", SPECS, ids=lambda p: p.stem)
def test_it_checks_or_says_what_is_to_come(path: Path) -> None:
    if path.stem in CHECKED:
        assert load(path).warnings == ()
        return
    with pytest.raises(SpecError) as caught:
        load(path)
    found = [d for d in caught.value.diagnostics if d.code not in LATER]
    code, word = OTHERWISE.get(path.stem, ("", ""))
    assert all(d.code == code and word in d.message for d in found), [d.message for d in found]
