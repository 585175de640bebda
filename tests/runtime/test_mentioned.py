"""Labels of the data of which the spec speaks: told when data are bound."""

import pytest

import bayescript as bs

SPEC = """
plate city
plate shop within city
data
  y[shop] : real
b[city] ~ Normal(0, 1)
{0}
"""


def errors(lines: str, labels: list[object]) -> list[tuple[str, str, str, str]]:
    spec = SPEC.format(lines)
    with pytest.raises(bs.DataError) as caught:
        bs.loads(spec).bind({"city": labels, "y": [1.0, 2.0, 3.0]})
    found = caught.value.diagnostics
    places = [spec[d.span.start : d.span.end] if d.span else "" for d in found]
    return [(d.code, d.message, d.help, at) for d, at in zip(found, places, strict=True)]


@pytest.mark.parametrize(
    "lines",
    [
        'y[shop] ~ Normal(b["Rom"], 1)',
        'y[shop] ~ Normal(b * (city == "Rom"), 1)',
        'let rome = city == "Rom"\ny[shop] ~ Normal(b, 1), where rome',
        'y[shop] ~ Normal(b, 1)\ngenerate\n  most = b["Rom"] - b["Oslo"]',
    ],
)
def test_a_label_that_the_data_lack(lines: str) -> None:
    ((code, message, help, place),) = errors(lines, ["Rome", "Oslo", "Rome"])
    assert (code, message) == ("B505", "no `city` of the data is called `Rom`")
    assert help == "did you mean `Rome`?" and '"Rom"' in place


def test_each_label_once() -> None:
    found = errors('y[shop] ~ Normal(b["p"] + b["p"] - b["q"], 1)', ["Rome", "Oslo", "Rome"])
    assert [(code, help) for code, _, help, _ in found] == [("B505", "known: `Oslo`, `Rome`")] * 2


def test_words_with_which_the_spec_calculates() -> None:
    ((code, message, _, place),) = errors("y[shop] ~ Normal(b * city, 1)", ["Rome", "Oslo", "Rome"])
    assert (code, place) == ("B515", "city")
    assert message.startswith("the labels of `city` are words in the data")


def test_numbers_are_as_good_as_their_words() -> None:
    spec = SPEC.format('y[shop] ~ Normal(b[2] * city + b["7"], 1)')
    assert bs.loads(spec).bind({"city": [2, 7, 2], "y": [1.0, 2.0, 3.0]}).sizes["city"] == 2
