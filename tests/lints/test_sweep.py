"""No lint on a spec of the project, but for those of posteriordb whose published priors earn it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

import bayescript as bs
from bayescript.grammar.codes import CODES, Example
from bayescript.grammar.diagnostics import Diagnostic
from bayescript.runtime.starters.kinds import KINDS, starter
from tests.docs.markdown import read_page
from tests.posteriordb.cases import cases
from tests.posteriordb.recorded import VARIABLE
from tests.specs.test_specs import DATA

ROOT = Path(__file__).resolve().parents[2]
SPECS = ROOT / "specs"

BUGS = "priors of the BUGS examples, which were to say nothing"
SHARES = "published so; the shares lie far enough from 0 and 1"
INCHES = "Gelman & Hill fit heights in inches before they centre them"
CENTRED = "posteriordb has both forms, to compare them"
AS_IS = "published so"

TRUE: dict[str, tuple[str, str]] = {
    "GLM_Binomial_model": ("W208 alpha", BUGS),
    "GLM_Poisson_model": ("W212 alpha beta1 beta2 beta3", BUGS),
    "GLMM_Poisson_model": ("W212 alpha beta1 beta2 beta3", BUGS),
    "dogs": ("W208 alpha", BUGS),
    "dugongs_model": ("W213 tau", BUGS),
    "election88_full": ("W208 alpha b_black b_both b_female", BUGS),
    "hierarchical_gp": ("W205 y", SHARES),
    "lsat_model": ("W208 alpha", BUGS),
    "seeds_model": ("W208 alpha0 alpha1 alpha12 alpha2, W213 tau", BUGS),
    "surgical_model": ("W208 mu, W213 sigmasq", BUGS),
}
"""What a spec alone shows, by its name, and why it is as it is."""

TRUE_OF_DATA: dict[str, tuple[str, str]] = {
    "GLM_Binomial_data-GLM_Binomial_model": ("W208 alpha beta1", BUGS),
    "GLM_Poisson_Data-GLM_Poisson_model": TRUE["GLM_Poisson_model"],
    "GLMM_Poisson_data-GLMM_Poisson_model": TRUE["GLMM_Poisson_model"],
    "dogs-dogs": ("W208 alpha b_avoided b_shocked", BUGS),
    "dogs-dogs_log": ("W208 b_avoided b_shocked", BUGS),
    "dugongs_data-dugongs_model": TRUE["dugongs_model"],
    "earnings-earn_height": ("W218 height", INCHES),
    "earnings-log10earn_height": ("W218 height", INCHES),
    "earnings-logearn_height": ("W218 height", INCHES),
    "earnings-logearn_height_male": ("W218 height", INCHES),
    "earnings-logearn_interaction": ("W218 height", INCHES),
    "earnings-logearn_logheight_male": ("W218 log(height)", INCHES),
    "election88-election88_full": ("W208 alpha b_female, W218 v_prev", BUGS),
    "kilpisjarvi_mod-kilpisjarvi": ("W218 x", AS_IS),
    "lsat_data-lsat_model": TRUE["lsat_model"],
    # 93 divergences as published, none in the other form
    "pilots-pilots": ("W215 sigma_a", AS_IS),
    "radon_mn-radon_hierarchical_intercept_centered": ("W215 sigma_alpha", CENTRED),
    "radon_mn-radon_partially_pooled_centered": ("W215 sigma_alpha", CENTRED),
    "radon_mn-radon_variable_intercept_centered": ("W215 sigma_alpha", CENTRED),
    "radon_all-radon_variable_intercept_slope_centered": ("W215 sigma_beta", CENTRED),
    "radon_mn-radon_variable_intercept_slope_centered": ("W215 sigma_alpha sigma_beta", CENTRED),
    "radon_all-radon_variable_slope_centered": ("W215 sigma_beta", CENTRED),
    "radon_mn-radon_variable_slope_centered": ("W215 sigma_beta", CENTRED),
    "seeds_data-seeds_model": TRUE["seeds_model"],
    "sesame_data-sesame_one_pred_a": ("W219 watched", "a linear probability model of the book"),
    "surgical_data-surgical_model": TRUE["surgical_model"],
}
"""The same of a spec with its data, by the name of the posterior."""


def short(found: Iterable[Diagnostic]) -> str:
    """The codes with the names that they are about."""
    names: dict[str, set[str]] = {}
    for one in found:
        names.setdefault(one.code, set()).add(one.message.split("`")[1])
    return ", ".join(f"{code} {' '.join(sorted(names[code]))}" for code in sorted(names))


ALL = sorted(SPECS.rglob("*.bayes"))
PUBLISHED = [path for path in ALL if path.parent.name == "posteriordb"]
OWN = [path for path in ALL if path.parent.name != "posteriordb"]


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_no_lint_on_our_specs(path: Path) -> None:
    assert short(bs.load(path).lint()) == ""


@pytest.mark.parametrize("name", DATA)
def test_no_lint_on_our_specs_with_their_data(name: str) -> None:
    tables = [DATA[name]] if isinstance(DATA[name], str) else DATA[name]
    assert short(bs.load(SPECS / f"{name}.bayes").lint([SPECS / f"{t}.csv" for t in tables])) == ""


@pytest.mark.parametrize("kind", KINDS)
def test_no_lint_on_the_specs_to_start_from(kind: str) -> None:
    assert short(bs.loads(starter(kind)).lint()) == ""


@pytest.mark.parametrize(
    "path", sorted((SPECS / "posteriordb").glob("*.bayes")), ids=lambda p: p.stem
)
def test_on_published_models_only_what_is_true(path: Path) -> None:
    assert short(bs.load(path).lint()) == TRUE.get(path.stem, ("", ""))[0]


@pytest.mark.skipif(not os.environ.get(VARIABLE), reason=f"{VARIABLE} is not set")
def test_on_published_posteriors_only_what_is_true() -> None:
    found = {}
    for name, case in cases(Path(os.environ[VARIABLE])).items():
        said = short(case.model._lint(case.bound))
        if said:
            found[name] = said
    assert found == {name: said for name, (said, _) in TRUE_OF_DATA.items()}


# --- the documentation -----------------------------------------------------------------------

RIGHT = [
    pytest.param(row.right, id=code)
    for code, row in CODES.items()
    if row.right is not None and row.right.spec
]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
WRITTEN = re.compile(r"cat > \S+\.bayes <<'END'\n(.*?)END\n", re.DOTALL)


@pytest.mark.parametrize("example", RIGHT)
def test_no_lint_on_what_is_shown_as_right(example: Example) -> None:
    try:
        model = bs.loads(example.spec, surface=example.surface)
    except bs.SpecError:  # what is right there is the call
        return
    assert short(model.lint()) == ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_lint_on_what_a_page_shows(page: Path) -> None:
    for block in read_page(page).blocks:
        texts = WRITTEN.findall(block.text) if block.language == "bash" else []
        if block.language == "bayes" and not block.is_fragment:
            texts.append(block.text)
        for text in texts:
            try:
                model = bs.loads(text)
            except bs.SpecError:  # pages show mistakes as well
                continue
            assert short(model.lint()) == "", f"{page.name}:{block.line}"


def test_the_tutorial_s_specs_are_seen() -> None:
    blocks = read_page(ROOT / "docs" / "tutorial.md").blocks
    assert sum(len(WRITTEN.findall(block.text)) for block in blocks) == 2
