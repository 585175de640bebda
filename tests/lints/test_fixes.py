"""The changes that lints offer: each leaves a whole spec in which the finding is gone."""

from typing import Any

import pytest

import bayescript as bs
from bayescript.compiler.reference.density import Reference
from bayescript.grammar.diagnostics import Diagnostic, Fix
from bayescript.grammar.format import convert
from bayescript.grammar.source import Surface
from bayescript.grammar.surfaces import read
from bayescript.runtime.model import source_of
from tests.lints.test_design import YEAR, Y
from tests.lints.test_groups import EIGHT, PUPILS, SCHOOLS, TWO, VOTED, VOTES

LINE = "plate r\ndata\n  x[r] : real\n  y[r] : real\na ~ Flat()\nb ~ Flat()\ny[r] ~ Normal({}, 1)\n"
FLAT = "plate r\ndata\n  y[r] : real\nparam m : {}\ny[r] ~ Normal(m, 1)\n"
UNUSED = "plate r\nplate c = 3\ndata\n  y[r] : real\nm ~ Normal(0, 1)\nlet k = m / 2\n"
UNUSED += "def f(x) = x / 2\ny[r] ~ Normal(m, 1)\n"
YEARS = {"x": YEAR, "y": Y}

SPECS: dict[str, tuple[str, Any, str, str]] = {
    # what is offered in the text of a spec, and in YAML
    "flat": (FLAT.format("real"), None, "m ~ Flat()", ""),
    "half flat": (FLAT.format("positive = 2"), None, "m ~ HalfFlat()", ""),
    "flat between": (FLAT.format("real(1, 3)"), None, "m ~ Flat(lower = 1, upper = 3)", ""),
    "centred": (LINE.format("a + b * x"), YEARS, "(x - mean(x))", "(x - mean(x))"),
    "centred log": (
        LINE.format("a + b * log(x) / 2"),
        YEARS,
        "(log(x) - mean(log(x)))",
        "(log(x) - mean(log(x)))",
    ),
    "no infer": (
        VOTES + VOTED,
        None,
        "\n\ninfer nuts\n  noncentered = [z]",
        "\n\ninference:\n  method: nuts\n  noncentered: [z]",
    ),
    "infer": (
        SCHOOLS + "infer nuts\n  draws = 500\n",
        EIGHT,
        "\n  noncentered = [theta]",
        "\n  noncentered: [theta]",
    ),
}


def changed(model: bs.Model, fix: Fix) -> str:
    text = model.source
    return text[: fix.span.start] + fix.text + text[fix.span.end :]


def on(surface: Surface, text: str) -> bs.Model:
    spec = convert(read(source_of(text, "a.bayes")), surface)
    return bs.loads(spec, "a.bayes" if surface == "text" else "a.yaml")


def first(model: bs.Model, data: Any) -> Diagnostic:
    return model.lint(data)[0]


@pytest.mark.parametrize("surface", ["text", "yaml"])
@pytest.mark.parametrize("name", SPECS)
def test_the_change_that_is_offered(name: str, surface: Surface) -> None:
    text, data, in_text, in_yaml = SPECS[name]
    offered = in_text if surface == "text" else in_yaml
    model = on(surface, text)
    found = first(model, data)
    assert [fix.text for fix in found.fixes] == ([offered] if offered else [])
    for fix in found.fixes:
        after = bs.loads(changed(model, fix), f"a.{'bayes' if surface == 'text' else 'yaml'}")
        assert not after.warnings
        assert found.code not in [one.code for one in after.lint(data)]


@pytest.mark.parametrize("surface", ["text", "yaml"])
def test_what_nothing_uses_can_be_removed(surface: Surface) -> None:
    model = on(surface, UNUSED)
    found = model.lint()
    assert [one.code for one in found] == ["W210", "W209", "W209"]
    for one in found:
        (fix,) = one.fixes
        assert fix.text == ""
        after = bs.loads(changed(model, fix), f"a.{'bayes' if surface == 'text' else 'yaml'}")
        assert one.message not in [other.message for other in after.lint()]


def test_the_density_stays_where_a_flat_prior_is_written_out() -> None:
    model = bs.loads(FLAT.format("positive"))
    (fix,) = first(model, None).fixes
    after = bs.loads(changed(model, fix))
    data = {"y": [1.0, 2.0]}
    for one in (model, after):
        density = Reference(one.ir, one.bind(data)).log_density({"m": 1.25})
        assert density == pytest.approx(-2.1503770664093453)  # two normal densities


def test_one_setting_names_all_effects() -> None:
    spec = PUPILS.replace("(level, s)", "(level + slope * z, s)\nslope[school] ~ Normal(0, tau)")
    spec = spec.replace("  y[pupil] : real\n", "  y[pupil] : real\n  z[pupil] : real\n")
    found = bs.loads(spec).lint(TWO | {"z": [1.0, 2.0, -1.0, 0.5]})
    texts = {fix.text for one in found for fix in one.fixes}
    assert [one.code for one in found] == ["W215", "W215"]
    assert texts == {"\n\ninfer nuts\n  noncentered = [level, slope]"}


def test_what_would_be_wrong_is_not_offered() -> None:
    # a list that is there already, a column of ones among those to be centred
    spec = PUPILS.replace("(level, s)", "(level + slope * z, s)\nslope[school] ~ Normal(0, tau)")
    spec = spec.replace("  y[pupil] : real\n", "  y[pupil] : real\n  z[pupil] : real\n")
    spec += "infer nuts\n  noncentered = [slope]\n"
    (found,) = bs.loads(spec).lint(TWO | {"z": [1.0, 2.0, -1.0, 0.5]})
    assert found.code == "W215" and found.fixes == ()
    matrix = "plate f\nplate r\ndata\n  x[r, f] : real\n  y[r] : real\nb[f] ~ Flat()\n"
    both = [[1.0, year] for year in YEAR]
    (found,) = bs.loads(matrix + "y[r] ~ Normal(x @ b, 1)\n").lint({"x": both, "y": Y})
    assert found.code == "W218" and found.fixes == ()
