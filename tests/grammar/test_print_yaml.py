"""Tree → YAML → tree."""

import textwrap
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayescript.grammar import tree
from bayescript.grammar.diagnostics import SpecError
from bayescript.grammar.format import convert, format_spec
from bayescript.grammar.printing import document
from bayescript.grammar.printing.canonical import canonical
from bayescript.grammar.printing.yaml import print_yaml
from bayescript.grammar.source import Source
from bayescript.grammar.surfaces import read
from tests.grammar.trees import specs

SPECS = Path(__file__).parents[2] / "specs"


@given(specs(), st.integers(1, 100))
@settings(deadline=None, max_examples=150)
def test_a_spec_is_read_for_what_it_was(spec: tree.Spec, width: int) -> None:
    with patch.object(document, "WIDTH", width):
        text = print_yaml(spec)
        reading = read(Source(text, surface="yaml"))
        assert reading.errors == ()
        assert reading.spec == canonical(spec, "yaml")
        assert print_yaml(reading.spec) == text


# --- what it looks like --------------------------------------------------------------------


def as_yaml(text: str) -> str:
    return convert(read(Source(textwrap.dedent(text))), "yaml")


def canonical_yaml(text: str) -> str:
    """A YAML spec that is its own canonical form."""
    text = textwrap.dedent(text)
    assert format_spec(read(Source(text, surface="yaml"))) == text
    return text


def test_every_section_has_its_form() -> None:
    assert as_yaml(
        """\
        model m "a \\ model: #1"
        plate county
        plate state = 3
        plate month = 1..12 ordered
        plate dose = [low, "not so high", 3]
        plate word = ["low"]
        plate home within county ordered by time
        plate answer within (student, item)
        plate game within (home: team, away: team)
        data
          y[home] : binary = 0
          n : int
        param l : positive = 1
        let z = log(y)
        let w[dose] = [1, 2]
        mu[state, state'] = [on, 2]
        x : positive ~ Normal(0, 1), where n > 1
        y[home] ~ Normal(mu["a #1"], x), initially given
        z ~ Normal(0, 1)
        kernel k = RBF(l)
        network f = MLP(a -> (loc = b))
        def hill(x, n) = x^n
        ode t, start = 0, method = stiff
          d(u) = -u, initially 1
        factor s[home] = -0.5 * x
        generate
          a ~ Normal(0, 1)
          b ~ where(x > 1, Normal(0, 1), 0)
          c = Normal(0, 1)
          d = exp(x)
          let e = x
        guide
          x ~ Normal(0, 1)
        infer svi
          batch = 128 over home
          names = [mu, x]
          no = "a: b"
          dense_mass = true
        """
    ) == canonical_yaml(
        """\
        model: m
        description: "a \\\\ model: #1"

        plates:
          county:
          state: 3
          month: {size: 1..12, ordered: true}
          dose: [low, "not so high", 3]
          word: '["low"]'
          home: {within: county, ordered: true, by: time}
          answer: {within: [student, item]}
          game: {within: {home: team, away: team}}

        data:
          y[home]: binary = 0
          n: int

        params:
          l: positive = 1

        lets:
          z: log(y)
          w[dose]: [1, 2]

        quantities:
          mu[state, state']: ['on', 2]

        priors:
          x: positive ~ Normal(0, 1), where n > 1

        kernels:
          k: RBF(l)

        networks:
          f: MLP(a -> (loc = b))

        functions:
          hill(x, n): x^n

        odes:
          time: t
          start: 0
          method: stiff
          rates:
            u: -u, initially 1

        likelihoods:
          y[home]: 'Normal(mu["a #1"], x), initially given'
          z: Normal(0, 1)

        factors:
          s[home]: -0.5 * x

        generated:
          a: Normal(0, 1)
          b: ~ where(x > 1, Normal(0, 1), 0)
          c: = Normal(0, 1)
          d: exp(x)
          let e: x

        guide:
          x: Normal(0, 1)

        inference:
          method: svi
          batch: 128 over home
          names: [mu, x]
          'no': '"a: b"'
          dense_mass: true
        """
    )


def test_several_systems_and_factors_without_names_are_lists() -> None:
    canonical_yaml(
        """\
        odes:
          # the first
          - time: t
            rates:
              u: -u, initially 1
          - time: s
            start: 1
            rates:
              v: -v, initially 1

        factors:
          - s[edge] = x
          - sum(x) ~ Normal(0, 1), where y
        """
    )


def test_comments_stay_in_their_sections() -> None:
    canonical_yaml(
        """\
        # of the file

        # of the model
        model: m  # at the model
        description: "d"

        # above the priors
        priors:
          # of x
          x: Normal(0, 1)  # at x

          # of y
          y: Normal(0, 1)
          # last of the priors

        # of inference
        inference:  # at inference
          method: nuts
          # of chains
          chains: 4

        # last
        """
    )


def test_a_draw_stays_where_its_author_has_put_it() -> None:
    canonical_yaml(
        """\
        data:
          y: real

        priors:
          y: Normal(0, 1)

        likelihoods:
          yy: Normal(0, 1)
        """
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x = 1\nx = 2\n", "B202"),
        ("infer nuts\ninfer svi\n", "B202"),
        ("ode t, time = 1\n  d(u) = u, initially 1\n", "B109"),
    ],
)
def test_what_has_no_place_in_yaml_is_refused(text: str, code: str) -> None:
    with pytest.raises(SpecError) as caught:
        as_yaml(text)
    (found,) = caught.value.diagnostics
    assert (found.code, found.span is not None, found.help != "") == (code, True, True)


@pytest.mark.parametrize(
    "text",
    [
        "model: m\ndescription: 'a \"word\"'\n",
        "odes:\n  time: t\n  where: 1\n  rates: {u: 'u, initially 1'}\n",
    ],
)
def test_what_only_yaml_can_say_is_refused_in_the_text(text: str) -> None:
    reading = read(Source(text, surface="yaml"))
    with pytest.raises(SpecError, match="B109"):
        convert(reading, "text")


@pytest.mark.parametrize("path", sorted(SPECS.glob("*/*.bayes")), ids=lambda path: path.stem)
def test_the_example_specs_go_to_yaml_and_back(path: Path) -> None:
    reading = read(Source(path.read_text(encoding="utf-8"), path.name))
    there = read(Source(convert(reading, "yaml"), surface="yaml"))
    back = read(Source(convert(there, "text")))
    assert canonical(back.spec, "yaml") == canonical(reading.spec, "yaml") == there.spec
