"""The language server on specs written as YAML."""

import pytest

from bayescript.compiler.tables.inference import METHODS
from tests.lsp.client import Client, File, at, ends, marked
from tests.lsp.client import offered as offered_in
from tests.lsp.client import open_ as open_in

SPEC = """\
model: radon
description: "Radon in homes"
plates:
  county:
  home: {within: county}
  dose: [low, mid]
data:
  floor[home]: binary
  log_radon[home]: real
priors:
  alpha[county]: Normal(0, 10)
  beta: Normal(0, 10)
  sigma: HalfNormal(1)
quantities:
  mu[home]: alpha + beta * floor
likelihoods:
  log_radon[home]: Normal(mu, sigma)
inference:
  method: nuts
  chains: 4
"""


def open_(server: Client, text: str, ending: str = "yaml", language: str = "yaml") -> File:
    return open_in(server, text, ending, language)


def offered(server: Client, text: str) -> list[str]:
    return offered_in(server, text, "bayes.yaml")


def test_a_whole_spec_has_no_problems(server: Client) -> None:
    (hint,) = open_(server, SPEC).problems()
    assert (hint["code"], hint["severity"]) == ("W210", 4)  # the plate `dose` is for show


def test_errors_have_their_places_in_the_yaml(server: Client) -> None:
    text = SPEC.replace("HalfNormal", "HalfNromal").replace('"Radon', '"😀 Radon')
    problems = open_(server, text).problems()
    assert ("B211", ((12, 9), (12, 19))) in [(p["code"], ends(p["range"])) for p in problems]


def test_other_yaml_is_left_alone(server: Client) -> None:
    file = open_(server, "services:\n  model: x\n  a: Nromal(0\n")
    assert file.problems() == []
    assert file.ask("hover", (1, 3)) is None and file.ask("completion", (1, 3)) is None


@pytest.mark.parametrize(
    ("ending", "language"),
    [("yml", "yaml"), ("bayes.yaml", "yaml"), ("txt", "bayescript-yaml"), ("yaml", "")],
)
def test_specs_are_known_by_name_by_language_or_by_their_first_key(
    server: Client, ending: str, language: str
) -> None:
    problems = open_(server, "model: m\npriors:\n  x: Nromal(0, 1)\n", ending, language).problems()
    assert [p["code"] for p in problems] == ["B211"]


def test_a_file_becomes_a_spec_when_its_key_is_typed(server: Client) -> None:
    file = open_(server, "mode: m\npriors:\n  x: Nromal(0, 1)\n")
    assert file.problems() == []
    file.change(((0, 4), (0, 4), "l"))
    assert [p["code"] for p in file.problems()] == ["B211"]


@pytest.mark.parametrize(
    ("word", "nth", "parts"),
    [
        ("alpha", 1, ["alpha[county]: Normal(0, 10)", "**latent**", "over `county`"]),
        ("log_radon", 1, ["**data** · an outcome", "over `home`"]),
        ("county", 1, ["**plate**", "holds `home`"]),
        ("HalfNormal", 0, ["scale : positive"]),
        ("binary", 0, ["0 or 1"]),
        ("nuts", 0, ["No-U-Turn"]),
        ("chains", 0, ["independent chains"]),
    ],
)
def test_hover(server: Client, word: str, nth: int, parts: list[str]) -> None:
    text = open_(server, SPEC).hover(at(SPEC, word, nth))
    for part in parts:
        assert part in text


def test_definition(server: Client) -> None:
    file = open_(server, SPEC)
    assert file.definition(at(SPEC, "alpha", 1)) == ((10, 2), (10, 7))
    assert file.definition(at(SPEC, "county", 2)) == ((3, 2), (3, 8))
    assert file.definition(at(SPEC, "log_radon", 1)) == ((8, 2), (8, 11))


def test_the_outline(server: Client) -> None:
    symbols = open_(server, SPEC).symbols()
    names = [s["name"] for s in symbols]
    assert {"radon", "home", "data", "alpha", "mu", "infer nuts"} <= set(names)
    for symbol in symbols:
        (begin, end), (first, last) = ends(symbol["range"]), ends(symbol["selectionRange"])
        assert begin <= first <= last <= end, symbol["name"]


def test_sections_that_are_not_there_yet(server: Client) -> None:
    labels = offered(server, "model: m\npriors:\n  x: Normal(0, 1)\n¦")
    assert {"plates", "data", "likelihoods", "inference"} <= set(labels)
    assert not {"model", "priors", "x"} & set(labels)


def test_distributions_stand_in_priors_and_arguments_in_their_brackets(server: Client) -> None:
    labels = offered(server, SPEC.replace("beta: Normal(0, 10)", "beta: ¦"))
    assert "StudentT" in labels and "alpha" not in labels
    labels = offered(server, SPEC.replace("Normal(mu, sigma)", "Normal(mu, ¦"))
    assert labels[:2] == ["loc", "scale"] and {"sigma", "alpha", "exp"} <= set(labels)
    quoted = offered(server, SPEC.replace("alpha + beta", '"alpha + b¦'))
    assert "beta" in quoted and "Normal" not in quoted


def test_plates_types_methods_and_settings(server: Client) -> None:
    plates = ["county", "dose", "home"]
    assert offered(server, SPEC.replace("mu[home]", "mu[¦")) == plates
    assert offered(server, SPEC.replace("{within: county}", "{within: ¦}")) == ["county", "dose"]
    assert offered(server, SPEC.replace("floor[home]: binary", "floor[home]: ¦"))[:2] == [
        "binary",
        "count",
    ]
    assert set(offered(server, SPEC.replace("method: nuts", "method: ¦"))) == set(METHODS)
    settings = offered(server, SPEC + "  ¦")
    assert {"method", "target_accept"} <= set(settings) and "trajectory_length" not in settings
    assert "false" in offered(server, SPEC + "  dense_mass: ¦")


def test_a_setting_brings_its_colon(server: Client) -> None:
    plain, place = marked(SPEC + "  war¦")
    edit = open_(server, plain).complete(place)["warmup"]["textEdit"]
    assert edit["newText"] == "warmup: " and ends(edit["range"])[0] == (place[0], 2)


def test_nothing_is_offered_in_a_description_or_a_comment(server: Client) -> None:
    assert offered(server, SPEC.replace("Radon in", "Radon ¦in")) == []
    assert offered(server, SPEC + "# al¦") == []


def test_formatting(server: Client) -> None:
    file = open_(server, SPEC.replace("Normal(0, 10)", "Normal(0,10)"))
    (edit,) = file.format()
    assert "Normal(0, 10)" in edit["newText"]


def test_a_spec_cut_anywhere_is_answered(server: Client) -> None:
    for cut in range(0, len(SPEC), 23):
        file = open_(server, SPEC[:cut], "bayes.yaml")
        place = at(SPEC[:cut] + "$", "$")
        assert file.ask("completion", place) is not None
        for question in ("hover", "definition"):
            file.ask(question, place)
        assert isinstance(file.symbols(), list)
    assert "window/logMessage" not in server.told
